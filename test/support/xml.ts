/** Elements in tests, written as XML. */
import {type Element, type IqRequest, Parser} from '../../src/xml.ts'

/** Values are inserted as they are; indentation between tags is ignored. */
export function el(strings: TemplateStringsArray, ...values: unknown[]): Element {
  const text = String.raw({raw: strings}, ...values)
  return readElement(text.replace(/>\s+</g, '><').trim())
}

/** Parses one complete element, as a stream does. */
export function readElement(text: string): Element {
  const parser = new Parser()
  let root: Element | undefined
  let ended = false
  parser.on('start', (element: Element) => {
    root = element
  })
  parser.on('element', (child: Element) => root?.append(child))
  parser.on('end', () => {
    ended = true
  })
  parser.on('error', (error: Error) => {
    throw error
  })
  parser.write(text)
  if (!root || !ended) throw new Error(`Not one whole element: ${text}`)
  return root
}

/** A request as an IQ handler receives it. */
export function iqRequest(stanza: Element): IqRequest {
  const [element] = stanza.getChildElements()
  if (!element) throw new Error(`No payload: ${stanza}`)
  return {stanza, element}
}
