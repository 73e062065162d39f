/** XEP-0077 §3.1: Entity Registers with a Host <https://xmpp.org/extensions/xep-0077.html#usecases-register> */
import type {Jid} from '../../jid.ts'
import {type Answers, checkAnswer, missingFields} from '../../protocol/core/data-form.ts'
import {type Invitation, redeemInvitation} from '../../protocol/registration/invitation.ts'
import {
  getRegistration,
  type RegistrationForm,
  register,
} from '../../protocol/registration/register.ts'
import type {Iq} from '../../xml.ts'
import type {GivenAnswers} from '../form/answers.ts'
import {type FormPrompt, promptForm} from '../form/prompt-form.ts'
import {registrationAnswers} from './answers.ts'

interface AccountRequest {
  jid: Jid
  invitation: Invitation | undefined
  given: GivenAnswers
  /** Called after the server has sent its form. */
  password(): Promise<string>
  /** Ends the prompts. */
  signal: AbortSignal
}

/** On a stream without sign-in: redeems the invitation, requests the form, and submits it. */
export async function createAccount(iq: Iq, request: AccountRequest): Promise<void> {
  const {given, invitation, jid, password, signal} = request
  if (invitation) await redeemInvitation(iq, invitation.token, jid.domain)
  const form = await getRegistration(iq)
  const known = {username: [jid.local ?? ''], password: [await password()]}
  const answers = registrationAnswers(form.fields, given, known)
  const typed = await promptForm(missingAnswers(form, answers), signal)
  await register(iq, form, {...answers, ...typed})
}

function missingAnswers(registration: RegistrationForm, answers: Answers): FormPrompt {
  const {bits, captchaUrl, fields, form, instructions, url} = registration
  const missing = missingFields(fields, answers).map((field) => ({
    ...field,
    check: (answer: string) => checkAnswer(field, answer),
  }))
  return {captchaUrl, instructions, missing, notes: form?.notes ?? [], pictures: bits, url}
}
