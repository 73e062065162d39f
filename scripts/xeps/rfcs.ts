/** The titles of the RFCs that modules name. */
export const RFC_TITLES: Readonly<Record<string, string>> = {
  '1928': 'SOCKS Protocol Version 5',
  '2782': 'A DNS RR for specifying the location of services (DNS SRV)',
  '2818': 'HTTP Over TLS',
  '3339': 'Date and Time on the Internet: Timestamps',
  '3454': 'Preparation of Internationalized Strings ("stringprep")',
  '3490': 'Internationalizing Domain Names in Applications (IDNA)',
  '4422': 'Simple Authentication and Security Layer (SASL)',
  '5802': 'Salted Challenge Response Authentication Mechanism (SCRAM)',
  '6120': 'Extensible Messaging and Presence Protocol (XMPP): Core',
  '6121': 'XMPP: Instant Messaging and Presence',
  '6122': 'XMPP: Address Format',
  '6350': 'vCard Format Specification',
  '6351': 'xCard: vCard XML Representation',
  '7395': 'An XMPP Subprotocol for WebSocket',
  '7622': 'XMPP: Address Format',
  '7677': 'SCRAM-SHA-256 and SCRAM-SHA-256-PLUS',
  '8264': 'PRECIS Framework: Internationalized Strings in Application Protocols',
  '8305': 'Happy Eyeballs Version 2: Better Connectivity Using Concurrency',
  '9110': 'HTTP Semantics',
  '9266': 'Channel Bindings for TLS 1.3',
}

/** The RFCs of XMPP itself. */
export const XMPP_RFCS: readonly string[] = ['6120', '6121', '6122', '7395', '7622']
