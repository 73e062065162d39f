/** The strict parser in place of that of xmpp.js, which repairs broken XML and whose time is quadratic. */
import {Parser} from '../../xml.ts'

const STREAM_TAG =
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"

export class StreamParser extends Parser {
  constructor() {
    super({stream: true})
  }
}

/** RFC 7395 §3.3: each WebSocket message is one element; a stream element around all declares the namespaces. */
export class FramedParser extends StreamParser {
  constructor() {
    super()
    this.write(STREAM_TAG)
  }
}
