/** An incremental XML 1.0 parser: emits the root, then each of its children. Strict; its time is linear in the input length. */
import {EventEmitter} from 'node:events'
import {Element} from '@xmpp/xml'
import {SaxesParser} from 'saxes'

/**
 * Functions that walk an element recurse to its depth. In a stream, deeper elements are left out, because no protocol
 * nests that deep; a document of the user is refused.
 */
const MAX_DEPTH = 256

interface Events {
  /** The root with its attributes, without children. */
  start: [root: Element]
  /** A complete child of the root. */
  element: [child: Element]
  end: []
  /** Not well-formed: the parser ignores the rest. */
  error: [Error]
}

export interface ParserOptions {
  /** The root is an XMPP stream: only elements are allowed in it (RFC 6120 §11.1). */
  stream?: boolean
}

export class Parser extends EventEmitter<Events> {
  readonly #sax = new SaxesParser({position: false})
  readonly #stream: boolean
  #root: Element | undefined
  #cursor: Element | undefined
  #depth = 0
  /** An element whose closing tag was read; the next event confirms that the tag matched. */
  #closed: Element | undefined
  /** The number of characters received. */
  #length = 0
  /** The position where the last child of the root ended. */
  #mark = 0
  #error: unknown

  constructor({stream = false}: ParserOptions = {}) {
    super()
    this.#stream = stream
    const sax = this.#sax
    sax.on('error', (error) => this.#fail(error))
    sax.on('opentagstart', () => this.#emitClosed())
    sax.on('opentag', ({attributes, name}) => this.#open(new Element(name, attributes)))
    sax.on('closetag', ({isSelfClosing}) => this.#close(isSelfClosing))
    sax.on('text', (text) => this.#text(text))
    sax.on('cdata', (text) => this.#text(text))
    if (!stream) return
    sax.on('comment', () => this.#forbid('a comment'))
    sax.on('doctype', () => this.#forbid('a document type declaration'))
    sax.on('processinginstruction', () => this.#forbid('a processing instruction'))
  }

  /** The number of characters of the incomplete child of the root. */
  get pending(): number {
    return this.#length - this.#mark
  }

  write(text: string): void {
    if (this.#error) return
    // A server may send white space between its old stream and this one.
    const content = this.#length > 0 ? text : text.trimStart()
    this.#length += content.length
    try {
      this.#sax.write(content)
      this.#emitClosed()
    } catch (error) {
      if (error !== this.#error) throw error // thrown by a listener
      this.emit('error', error as Error)
    }
  }

  #fail(error: Error): never {
    this.#error = error
    throw error
  }

  #forbid(what: string): never {
    this.#emitClosed()
    this.#fail(new Error(what))
  }

  #open(element: Element): void {
    this.#depth++
    if (this.#depth > MAX_DEPTH) {
      if (!this.#stream) this.#fail(new Error('elements are nested too deep'))
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
    this.#emitClosed()
    this.#depth--
    if (this.#depth >= MAX_DEPTH) return
    if (this.#depth <= 1) {
      this.#closed = this.#cursor
      this.#mark = this.#sax.position
    }
    this.#cursor = this.#cursor?.parent ?? undefined
    if (selfClosing) this.#emitClosed()
  }

  #text(text: string): void {
    this.#emitClosed()
    if (this.#depth > MAX_DEPTH) return
    if (this.#cursor !== this.#root || !this.#stream) this.#cursor?.t(text)
    else if (text.trim() !== '') this.#forbid('text between elements')
  }

  /** saxes emits `closetag` even when the tag belongs to another element, and reports the error only afterwards. */
  #emitClosed(): void {
    const closed = this.#closed
    if (!closed) return
    this.#closed = undefined
    if (closed === this.#root) this.emit('end')
    else this.emit('element', closed)
  }
}
