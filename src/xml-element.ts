/** RFC 6120 §11: one element that the user has written as XML <https://www.rfc-editor.org/rfc/rfc6120#section-11> */
import {EXIT, Failure} from './errors.ts'
import {type Element, Parser} from './xml.ts'

/**
 * Parses the text as the only element of a stream, so everything that a stream forbids (§11.1) is an error. Throws 65 with
 * this code.
 */
export function readElement(text: string, code: string): Element {
  const source = text.trim().replace(/^<\?xml[^?]*\?>\s*/, '')
  const parser = new Parser({stream: true})
  const elements: Element[] = []
  let isComplete = false
  parser.on('element', (element) => elements.push(element))
  parser.on('end', () => {
    isComplete = true
  })
  parser.on('error', ({message}) => {
    throw notOneElement(message, code)
  })
  for (const part of ['<stream>', source, '</stream>']) parser.write(part)
  const [element, ...others] = elements
  if (!element || others.length > 0 || !isComplete)
    throw notOneElement(`there are ${elements.length}`, code)
  if (!areDeclared(element, ['xml', 'xmlns']))
    throw notOneElement('a prefix has no namespace', code)
  return element
}

/** Whether each prefix has a namespace. If not, the server would end the stream. */
function areDeclared(element: Element, inherited: string[]): boolean {
  const names = Object.keys(element.attrs)
  const declared = names.flatMap((name) => (name.startsWith('xmlns:') ? name.slice(6) : []))
  const known = [...inherited, ...declared]
  return (
    [element.name, ...names].every((name) => known.includes(/^(.*?):/.exec(name)?.[1] ?? 'xml')) &&
    element.getChildElements().every((child) => areDeclared(child, known))
  )
}

function notOneElement(problem: string, code: string): Failure {
  const message = `This is not one XML element: ${problem.replace(/\.$/, '')}`
  return new Failure(code, message, EXIT.data)
}
