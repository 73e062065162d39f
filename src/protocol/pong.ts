/** XEP-0199 §4.3: answering pings, so that nobody takes a session that holds for a dead one. */
import {type Stanzas, xml} from '../xml.ts'
import {NS_PING} from './ping.ts'

export function answerPings(stanzas: Stanzas): void {
  stanzas.answer('ping', NS_PING, ({attrs: {from, id}}) =>
    xml('iq', {type: 'result', to: from, id}),
  )
}
