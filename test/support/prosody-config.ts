/** Prosody's configuration, with the options of tests <https://prosody.im/doc/configure> */
import {LOOPBACK} from './ports.ts'
import type {ScramHash} from './prosody-account.ts'
import type {ServerLayout, ServerOptions} from './server.ts'

export interface ProsodySettings {
  /** Who may create an account; default: open. */
  registration?: 'open' | 'invited' | 'closed'
  /** SASL2, Bind 2, FAST and inline stream management; default: on. */
  sasl2?: boolean
  hash?: ScramHash
  /** `private`: only private XML storage, without PEP; `both`: each for itself; `unified`: the server keeps both equal. Default: PEP. */
  bookmarks?: 'private' | 'both' | 'unified'
  /** Whether to use the default limit of Prosody, 10 kB/s for a client; default: no limit. */
  limits?: boolean
  /** Appended: options of the upload component, or further hosts. */
  extra?: string
}

export interface Hosts {
  /** A second host, with SASL ANONYMOUS. */
  anonymousHost?: string
  /** A second host, with SASL EXTERNAL: the client's certificate names its JID. */
  certificateHost?: string
}

type ProsodyConfig = ProsodySettings &
  Hosts &
  ServerLayout &
  Pick<ServerOptions, 'ackQueue' | 'admins' | 'archive' | 'tokens' | 'uploadLimit'>

const MODULES = `
  roster saslauth tls disco ping register version time uptime lastactivity iq message presence
  carbons smacks blocklist offline csi websocket invites invites_adhoc adhoc admin_adhoc`
const PEP_MODULES = 'pep vcard4 vcard_legacy'
const BOOKMARK_MODULES = {
  private: 'private',
  both: `${PEP_MODULES} private`,
  unified: `${PEP_MODULES} bookmarks`,
}
// It announces registration with an invitation, which a closed server does not have.
const INVITED = 'invites_register'
const SASL2_MODULES = 'sasl2 sasl2_bind2 sasl2_fast sasl2_sm sasl_ssdp'
const NOT_NEEDED = 's2s admin_shell'

export function prosodyConfig(config: ProsodyConfig): string {
  const {admins = [], archive = true, domain, dir, ports, registration = 'open'} = config
  const {limits = false, sasl2 = true} = config
  const modules = [
    MODULES,
    config.bookmarks ? BOOKMARK_MODULES[config.bookmarks] : PEP_MODULES,
    archive ? 'mam' : '',
    registration === 'closed' ? '' : INVITED,
    sasl2 ? SASL2_MODULES : '',
    limits ? 'limits' : '',
  ].join(' ')
  const clients = config.certificateHost ? `, cafile = "${dir}/ca.pem", verify = "peer"` : ''
  const tls = `certificate = "${dir}/server.crt", key = "${dir}/server.key"${clients}`
  return `
run_as_root = ${process.getuid?.() === 0}
data_path = "${dir}"
certificates = "${dir}"
pidfile = "${dir}/prosody.pid"
log = { info = "${dir}/log" }

admins = ${list(admins.map((name) => `${name}@${domain}`).join(' '))}
modules_enabled = ${list(modules)}
modules_disabled = ${list(NOT_NEEDED)}
interfaces = ${list(LOOPBACK.join(' '))}
c2s_ports = { ${ports.starttls} }
c2s_direct_tls_ports = { ${ports.tls} }
http_ports = {}
https_ports = { ${ports.https} }
http_default_host = "${domain}"
ssl = { ${tls} }
https_ssl = { ${tls} }
c2s_direct_tls_ssl = { ${tls} }
c2s_require_encryption = true
allow_registration = ${registration !== 'closed'}
registration_invite_only = ${registration === 'invited'}
password_hash = "${config.hash ?? 'SHA-1'}"
${option('sasl2_fast_token_ttl', config.tokens?.lifetime)}
${option('sasl2_fast_token_min_ttl', config.tokens?.refreshAge)}
${option('network_settings', config.uploadLimit && FAST_UPLOADS)}
${option('smacks_max_queue_size', config.ackQueue)}
archive_expires_after = "never"
muc_log_expires_after = "never"

VirtualHost "${domain}"
${anonymousHost(config)}
${certificateHost(config)}
Component "conference.${domain}" "muc"
  modules_enabled = { "muc_mam" }
Component "upload.${domain}" "http_file_share"
  http_host = "${domain}"
  http_external_url = "https://${domain}:${ports.https}/"
${uploads(config.uploadLimit)}
${config.extra ?? ''}
`
}

/** With Prosody's default of 0.001 s, an upload takes a second per 2 MB. */
const FAST_UPLOADS = '{ min_wait = 0.00001 }'

const option = (name: string, value: number | string | undefined): string =>
  value === undefined ? '' : `${name} = ${value}`

/** A file must also fit into the daily quota. */
const uploads = (limit: number | undefined): string =>
  limit === undefined
    ? ''
    : `  http_file_share_size_limit = ${limit}
  http_file_share_daily_quota = ${10 * limit}`

const list = (names: string): string =>
  `{ ${names
    .trim()
    .split(/\s+/)
    .map((name) => `"${name}"`)
    .join(', ')} }`

const anonymousHost = ({anonymousHost: host}: Hosts): string =>
  host ? `VirtualHost "${host}"\n  authentication = "anonymous"` : ''

const certificateHost = ({certificateHost: host}: Hosts): string =>
  host ? `VirtualHost "${host}"\n  authentication = "ccert"` : ''
