/** The output of a served program as the last stage of its command (XEP-0050). */
import {buildResult} from '../../protocol/core/build-form.ts'
import type {CommandNote} from '../../protocol/core/command.ts'
import type {Answers} from '../../protocol/core/data-form.ts'
import {plainText} from '../../protocol/core/text.ts'
import type {Element} from '../../xml.ts'
import type {ProgramOutcome} from './program.ts'

interface LastStage {
  notes: CommandNote[]
  form?: Element
}

/** Exit status 0: the output is a result form if it is a JSON object, and a note otherwise. Else it is a note of type error. */
export function stageOf(
  node: string,
  {problem, signal, status, stdout}: ProgramOutcome,
): LastStage {
  const text = plainText(stdout.toString('utf8'), {clean: true}).trim()
  if (status !== 0 || problem !== null) {
    const reason = problem ?? (signal === null ? `exit status ${status}` : `signal ${signal}`)
    return errorStage(problem === null && text !== '' ? text : `${node} failed: ${reason}`)
  }
  const values = valuesIn(text)
  if (values) return {notes: [], form: buildResult(values)}
  return {notes: text === '' ? [] : [{type: 'info', text}]}
}

export const errorStage = (text: string): LastStage => ({notes: [{type: 'error', text}]})

/** The values of a JSON object by their keys; undefined for other text. */
function valuesIn(text: string): Answers | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const document: Record<string, unknown> = JSON.parse(text)
    return Object.fromEntries(
      Object.entries(document).map(([name, value]) => [
        plainText(name, {clean: true}),
        [value]
          .flat()
          .filter((one) => one !== null)
          .map(textOf),
      ]),
    )
  } catch {
    return undefined // a note may begin with a brace
  }
}

const textOf = (value: unknown): string =>
  plainText(typeof value === 'object' ? JSON.stringify(value) : String(value), {clean: true})
