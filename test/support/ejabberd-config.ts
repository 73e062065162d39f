/** ejabberd's configuration, in JSON, which is also YAML <https://docs.ejabberd.im/admin/configuration/> */
import {LOOPBACK} from './ports.ts'
import type {ServerLayout, ServerOptions} from './server.ts'

export interface EjabberdHosts {
  /** A second host, with SASL ANONYMOUS. */
  anonymousHost?: string
}

interface EjabberdConfig
  extends ServerLayout,
    EjabberdHosts,
    Pick<
      ServerOptions,
      'ackQueue' | 'admins' | 'archive' | 'registration' | 'tokens' | 'uploadLimit'
    > {
  /** FAST was added in 24.12; ejabberd does not start with an unknown module. */
  fast: boolean
}

export function ejabberdConfig(config: EjabberdConfig): string {
  const {admins = [], anonymousHost: guests, domain, file, ports} = config
  const listeners = LOOPBACK.flatMap((ip) => [
    {port: ports.starttls, ip, ...client(config), starttls: true, starttls_required: true},
    {port: ports.tls, ip, ...client(config), tls: true},
    {port: ports.https, ip, ...web},
  ])
  return JSON.stringify({
    hosts: [domain, ...(guests ? [guests] : [])],
    ...(guests && {
      host_config: {[guests]: {auth_method: 'anonymous', anonymous_protocol: 'sasl_anon'}},
    }),
    acl: {admin: {user: admins.map((name) => `${name}@${domain}`)}},
    access_rules: {configure: {allow: 'admin'}},
    loglevel: 'info',
    certfiles: [file('server.crt'), file('server.key')],
    listen: listeners,
    auth_method: 'internal',
    auth_password_format: 'scram',
    s2s_access: 'none',
    api_permissions: {
      tests: {
        who: 'all',
        from: 'mod_http_api',
        what: [
          ...['change_password', 'import_piefxis', 'join_cluster_here', 'register'],
          ...['destroy_room', 'muc_online_rooms', 'registered_users', 'unregister'],
        ],
      },
    },
    registration_timeout: 'infinity', // between two accounts from one address
    modules: modules(config),
  })
}

/** A client may send a certificate, and then sign in with it (SASL EXTERNAL). */
const client = ({file}: EjabberdConfig): object => ({
  module: 'ejabberd_c2s',
  tls_verify: true,
  cafile: file('ca.pem'),
})

const web = {
  module: 'ejabberd_http',
  tls: true,
  request_handlers: {
    '/api': 'mod_http_api',
    '/ws': 'ejabberd_http_ws',
    '/upload': 'mod_http_upload',
  },
}

const fastOptions = ({lifetime, refreshAge}: ServerOptions['tokens'] = {}): object => ({
  ...(lifetime !== undefined && {token_lifetime: `${lifetime}s`}),
  ...(refreshAge !== undefined && {token_refresh_age: `${refreshAge}s`}),
})

function modules(config: EjabberdConfig): object {
  const {ackQueue, archive = true, fast, file, ports, registration, tokens} = config
  const plain = `
    mod_adhoc mod_admin_extra mod_blocking mod_caps mod_carboncopy mod_client_state mod_configure mod_disco
    mod_http_api mod_last mod_muc_admin mod_muc_occupantid mod_offline mod_ping mod_privacy mod_private
    mod_time mod_vcard mod_vcard_xupdate mod_version`
  return {
    ...Object.fromEntries(
      plain
        .trim()
        .split(/\s+/)
        .map((name) => [name, {}]),
    ),
    ...(fast && {mod_auth_fast: fastOptions(tokens)}),
    mod_http_upload: {
      access: 'all',
      docroot: file('upload'),
      ...(config.uploadLimit !== undefined && {max_size: config.uploadLimit}),
      put_url: `https://@HOST@:${ports.https}/upload`,
    },
    ...(archive && {mod_mam: {default: 'always'}}),
    mod_muc: {default_room_options: {mam: archive}},
    mod_pubsub: {
      plugins: ['flat', 'pep'],
      force_node_config: {'storage:bookmarks': {access_model: 'whitelist'}},
    },
    mod_register: {access: registration === 'closed' ? 'none' : 'all'},
    mod_roster: {versioning: true},
    mod_stream_mgmt: {...(ackQueue !== undefined && {max_ack_queue: ackQueue})},
  }
}
