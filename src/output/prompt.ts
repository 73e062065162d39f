/** The words of prompts. The label of a form field is that of the service. */

export interface PromptWords {
  message: string
  /** Subject of the error if no prompt is possible: `The password`. */
  valueName: string
  /** The flag or variable that a script uses in place of the prompt. */
  instead: string
}

export const JID_PROMPT: PromptWords = {
  message: 'JID (name@domain):',
  valueName: 'The JID',
  instead: 'the JID as argument, --jid or XMPP_JID',
}

export const NEW_JID_PROMPT: PromptWords = {...JID_PROMPT, message: 'JID to create (name@domain):'}

export const usernamePrompt = (domain: string): PromptWords => ({
  message: `Username at ${domain}:`,
  valueName: 'The username',
  instead: `a whole JID, such as romeo@${domain}`,
})

export const passwordPrompt = (jid: string): PromptWords => ({
  message: `Password of ${jid}:`,
  valueName: 'The password',
  instead: '--password-file FILE or XMPP_PASSWORD, or store the account: xmpp login',
})

/** For an account that does not exist yet. */
export const firstPasswordPrompt = (jid: string): PromptWords => ({
  message: `New password for ${jid}:`,
  valueName: 'The password',
  instead: '--generate-password, --password-file FILE or XMPP_PASSWORD',
})

export const newPasswordPrompt = (jid: string): PromptWords => ({
  message: `New password for ${jid}:`,
  valueName: 'The new password',
  instead: '--new-password-file FILE, or - for stdin',
})

export const REPEAT_PASSWORD = 'Once more:'
export const PASSWORDS_DIFFER = 'The two passwords differ'

export const READING_KEYBOARD = 'Reading the input from the terminal; Ctrl-D ends it'

export const EMPTY_ANSWER = 'It must not be empty'
export const NOT_A_CHOICE = 'Choose one of the answers that are listed'
export const NO_CHOICE = '(none)'
export const CHOICE_NUMBER = 'Number:'
export const CHOICE_NUMBERS = 'numbers, separated by commas'

/** @param suggestions values that the form names, if it accepts others too */
export function fieldMessage(
  label: string,
  {description, isOptional, suggestions}: FieldHints,
): string {
  const hints = [
    description,
    isOptional && 'optional',
    suggestions.length > 0 && `${suggestions.join(', ')}, or another value`,
  ].filter(Boolean)
  return hints.length > 0 ? `${label} (${hints.join('; ')})` : label
}

interface FieldHints {
  description: string | null
  isOptional: boolean
  suggestions: string[]
}

/** @param values those of the form, which stay if the user enters none */
export const linesMessage = (message: string, values: string[]): string =>
  values.length > 0
    ? `${message} (an empty line keeps ${values.join(', ')})`
    : `${message} (an empty line ends it)`
