/** XEP-0045 §10.2: subsequent room configuration <https://xmpp.org/extensions/xep-0045.html#roomconfig> */
import type {Answers, DataForm} from '../../protocol/core/data-form.ts'
import {getConfiguration, setConfiguration} from '../../protocol/muc/owner.ts'
import {getRoomInfo} from '../../protocol/muc/room.ts'
import type {Iq} from '../../xml.ts'
import {answerStage} from '../command/stage-answers.ts'
import {type GivenAnswers, givenNames} from '../form/answers.ts'
import {configurationAnswers} from './presets.ts'

export interface RoomConfiguration {
  /** Whether the run has changed the configuration, or only read it. */
  configured: boolean
  form: DataForm
}

/** Without values, asks for them on a terminal, and else only reads the form. */
export async function configureRoom(
  iq: Iq,
  room: string,
  given: GivenAnswers,
  {interactive, signal}: {interactive: boolean; signal: AbortSignal},
): Promise<RoomConfiguration> {
  await getRoomInfo(iq, room)
  const form = await getConfiguration(iq, room)
  const hasValues = givenNames(given).length > 0
  if (!hasValues && !interactive) return {configured: false, form: withoutSecrets(form)}
  const answers: Answers = hasValues
    ? configurationAnswers(form.fields, given)
    : (await answerStage({form, notes: []}, given, {interactive, signal})).answers
  await setConfiguration(iq, room, form, answers)
  return {configured: true, form: withoutSecrets(await getConfiguration(iq, room))}
}

/** The password of the room is part of its form. */
function withoutSecrets(form: DataForm): DataForm {
  const fields = form.fields.map((field) =>
    field.type === 'text-private' ? {...field, values: []} : field,
  )
  return {...form, fields}
}
