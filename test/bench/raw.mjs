/** A minimal XMPP client for the scripts of the comparison: sockets and text, without a parser. */
import {createHash, createHmac, pbkdf2Sync, randomBytes, randomUUID} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import tls from 'node:tls'

/** All scripts take one argument: a JSON file with {host, port, domain, jid, password, ca, to, body, clientId}. */
const [, , file] = process.argv
export const settings = JSON.parse(readFileSync(file, 'utf8'))

/** Saves values for the next run, in place of a state folder. */
export function save(changes) {
  writeFileSync(file, JSON.stringify({...settings, ...changes}))
}

const {clientId, domain, host, jid, password, port} = settings
const [username] = jid.split('@')

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const header = `<?xml version='1.0'?><stream:stream from='${jid}' to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`
export const footer = '</stream:stream>'
export const ping = `<iq type='get' id='pong' to='${domain}'><ping xmlns='urn:xmpp:ping'/></iq>`
/** Any answer: the server has processed everything that was written before the ping. */
export const PONG = /<iq [^>]*id=['"]pong['"][^>]*>/

/** The same message that `xmpp send` sends, so that the server has the same work. */
export function message(to, body) {
  const id = randomUUID()
  return `<message to="${to}" id="${id}" type="chat"><body>${escaped(body)}</body><origin-id xmlns="urn:xmpp:sid:0" id="${id}"/></message>`
}

const authenticate = (mechanism, initial, inline) =>
  `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='${mechanism}'><initial-response>${initial}</initial-response><user-agent id='${clientId}'/><bind xmlns='urn:xmpp:bind:0'/>${inline}</authenticate>`

/** A verified TLS connection; `until` resolves with the first match in the received text, and removes the text up to it. */
export function connect() {
  const socket = tls.connect({
    host,
    port,
    servername: domain,
    ca: readFileSync(settings.ca),
    ALPNProtocols: ['xmpp-client'],
  })
  socket.setNoDelay(true)
  let text = ''
  let waiting
  const check = () => {
    const match = waiting?.pattern.exec(text)
    if (match) {
      text = text.slice(match.index + match[0].length)
      waiting.resolve(match)
      waiting = undefined
    } else if (/<failure|<stream:error/.test(text)) throw new Error(text)
  }
  socket.setEncoding('utf8')
  // A server with Nagle's algorithm answers only after its TLS tickets are acknowledged: any byte does that.
  socket.on('session', () => setImmediate(() => socket.writable && socket.write(' ')))
  socket.on('data', (chunk) => {
    text += chunk
    check()
  })
  socket.on('end', () => {
    if (waiting) throw new Error(`closed while waiting for ${waiting.pattern}: ${text}`)
  })
  return new Promise((resolve) => {
    socket.once('secureConnect', () => resolve({socket, until}))
  })

  function until(pattern) {
    return new Promise((resolve) => {
      waiting = {pattern, resolve}
      check()
    })
  }
}

const binding = (socket) =>
  socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))

/** The proof of the token, and the expected proof of the server (draft-schmaus-kitten-sasl-ht). */
export function withToken(socket, token) {
  const proof = (role) => createHmac('sha256', token).update(role).update(binding(socket)).digest()
  const initial = Buffer.concat([Buffer.from(`${username}\0`), proof('Initiator')])
  return {
    request: authenticate(
      'HT-SHA-256-EXPR',
      initial.toString('base64'),
      "<fast xmlns='urn:xmpp:fast:0'/>",
    ),
    expected: proof('Responder').toString('base64'),
  }
}

/** Signs in with the password, and sends `stanzas` with the last answer. Resolves with the new token. */
export async function signIn({socket, until}, stanzas = '') {
  const nonce = randomBytes(18).toString('base64')
  const first = `n=${username},r=${nonce}`
  const gs2 = 'p=tls-exporter,,'
  const encode = (text) => Buffer.from(text).toString('base64')
  socket.write(header)
  await until(/<\/stream:features>/)
  const inline = "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"
  socket.write(authenticate('SCRAM-SHA-1-PLUS', encode(gs2 + first), inline))
  const [, encoded] = await until(/<challenge[^>]*>([^<]+)</)
  const challenge = Buffer.from(encoded, 'base64').toString()
  const [, combined, salt, count] = /^r=([^,]+),s=([^,]+),i=(\d+)(?:,|$)/.exec(challenge)

  const hmac = (key, text) => createHmac('sha1', key).update(text).digest()
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(count), 20, 'sha1')
  const bound = Buffer.concat([Buffer.from(gs2), binding(socket)]).toString('base64')
  const bare = `c=${bound},r=${combined}`
  const transcript = `${first},${challenge},${bare}`
  const clientKey = hmac(salted, 'Client Key')
  const signature = hmac(createHash('sha1').update(clientKey).digest(), transcript)
  const proof = Buffer.from(signature.map((byte, i) => byte ^ clientKey[i])).toString('base64')
  const expected = encode(`v=${hmac(hmac(salted, 'Server Key'), transcript).toString('base64')}`)

  socket.write(
    `<response xmlns='urn:xmpp:sasl:2'>${encode(`${bare},p=${proof}`)}</response>${stanzas}`,
  )
  const [success] = await until(/<success.*?<\/success>/s)
  if (!success.includes(expected))
    throw new Error(`the server did not prove that it knows the password: ${success}`)
  return /<token[^>]*\stoken=['"]([^'"]+)/.exec(success)?.[1]
}
