/** XML 1.0 that comes in pieces: a root, and its children one by one. Strict, and in a time that grows with the length only. */
import {EventEmitter} from 'node:events'
import {Element} from '@xmpp/xml'
import {SaxesParser} from 'saxes'

/**
 * Whoever walks an element needs a stack as deep. What others send is left out where it nests deeper, for nobody looks for
 * it there; a document of our own is refused.
 */
const MAX_DEPTH = 256

interface Events {
  /** The root, as far as its attributes. */
  start: [root: Element]
  /** A child of the root, whole. */
  element: [child: Element]
  end: []
  /** No XML: what follows is not looked at any more. */
  error: [Error]
}

export interface ParserOptions {
  /** The root is a stream: nothing but elements is in it, and nothing that RFC 6120 §11.1 forbids. */
  stream?: boolean
}

export class Parser extends EventEmitter<Events> {
  readonly #sax = new SaxesParser({position: false})
  readonly #stream: boolean
  #root: Element | undefined
  #cursor: Element | undefined
  #depth = 0
  /** Has its closing tag, of which the next event says that it was the right one. */
  #closed: Element | undefined
  /** How many characters have come, */
  #length = 0
  /** and where among them the last child of the root ended. */
  #mark = 0
  #error: unknown

  constructor({stream = false}: ParserOptions = {}) {
    super()
    this.#stream = stream
    const sax = this.#sax
    sax.on('error', (error) => this.#fail(error))
    sax.on('opentagstart', () => this.#settle())
    sax.on('opentag', ({attributes, name}) => this.#open(new Element(name, attributes)))
    sax.on('closetag', ({isSelfClosing}) => this.#close(isSelfClosing))
    sax.on('text', (text) => this.#text(text))
    sax.on('cdata', (text) => this.#text(text))
    if (!stream) return
    sax.on('comment', () => this.#forbid('a comment'))
    sax.on('doctype', () => this.#forbid('a document type declaration'))
    sax.on('processinginstruction', () => this.#forbid('a processing instruction'))
  }

  /** How many characters the child of the root has so far that is not whole. */
  get pending(): number {
    return this.#length - this.#mark
  }

  write(text: string): void {
    if (this.#error) return
    // A server may have put white space between its old stream and this one.
    const words = this.#length > 0 ? text : text.trimStart()
    this.#length += words.length
    try {
      this.#sax.write(words)
      this.#settle()
    } catch (error) {
      if (error !== this.#error) throw error // a listener's
      this.emit('error', error as Error)
    }
  }

  #fail(error: Error): never {
    this.#error = error
    throw error
  }

  #forbid(what: string): never {
    this.#settle()
    this.#fail(new Error(what))
  }

  #open(element: Element): void {
    this.#depth++
    if (this.#depth > MAX_DEPTH) {
      if (!this.#stream) this.#fail(new Error('it nests too deep'))
      return
    }
    const parent = this.#cursor
    this.#cursor = element
    if (!parent) {
      this.#root = element
      this.emit('start', element)
    } else if (parent === this.#root) element.parent = parent
    else parent.append(element)
  }

  #close(selfClosing: boolean): void {
    this.#settle()
    this.#depth--
    if (this.#depth >= MAX_DEPTH) return
    if (this.#depth <= 1) {
      this.#closed = this.#cursor
      this.#mark = this.#sax.position
    }
    this.#cursor = this.#cursor?.parent ?? undefined
    if (selfClosing) this.#settle()
  }

  #text(text: string): void {
    this.#settle()
    if (this.#depth > MAX_DEPTH) return
    if (this.#cursor !== this.#root || !this.#stream) this.#cursor?.t(text)
    else if (text.trim() !== '') this.#forbid('text between its elements')
  }

  /** saxes calls an element closed even by the tag of another one, and only then finds fault with it. */
  #settle(): void {
    const closed = this.#closed
    if (!closed) return
    this.#closed = undefined
    if (closed === this.#root) this.emit('end')
    else this.emit('element', closed)
  }
}
