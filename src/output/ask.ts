/** The texts of `ask`: its progress, and the status of a question that is closed. */

export const renderWaiting = (asked: readonly string[]): string =>
  `Waiting for an answer from ${asked.join(', ')}`

export const renderAnswer = (name: string, text: string): string => `${name}: ${text}`

export const renderRetraction = (name: string): string => `${name} has retracted the answer`

/** The reasons why a message of a respondent is not an answer. */
type IgnoredAnswer = 'encrypted' | 'no-choice' | 'ambiguous'

export function renderIgnored(name: string, reason: IgnoredAnswer, text: string): string {
  switch (reason) {
    case 'encrypted':
      return `${name} sent an encrypted message, which this program cannot read`
    case 'no-choice':
      return `${name} wrote "${text}", which is none of the choices`
    case 'ambiguous':
      return `${name} wrote "${text}", but this account has several open questions: only a reply to one of them counts`
  }
}

export const NOT_CORRECTED = 'The question could not be corrected: it may still look open'

/** The ends of a question, as the corrected question shows them. */
export const CLOSED = 'Closed'
export const WITHDRAWN = 'Withdrawn'
export const TOO_FEW_ASKED = 'Closed: not enough people were asked'
export const NOT_ANSWERED = 'Closed: not answered in time'

export const renderDecision = (names: readonly string[], decided: string): string =>
  `Answered by ${names.join(', ')}: ${decided}`
