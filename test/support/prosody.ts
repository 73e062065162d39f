/** Prosody from the packages of the system, with separate configuration and data. */
import {writeFileSync} from 'node:fs'
import {writeStoredAccount} from './prosody-account.ts'
import {type Hosts, type ProsodySettings, prosodyConfig} from './prosody-config.ts'
import {runServer, type ServerOptions, type TestServer} from './server.ts'

export interface ProsodyOptions
  extends Omit<ServerOptions, 'registration'>,
    ProsodySettings,
    Hosts {
  /** SCRAM iterations of `users`; default: the minimum of RFC 7677. A usual server has 10000. */
  iterations?: number
}

/** Starts in about half a second; rejects with its log if it does not start, or lacks a module. */
export function startProsody(options: ProsodyOptions = {}): Promise<TestServer> {
  const {domain = 'localhost', iterations = 4096, hash = 'SHA-1'} = options
  const {anonymousHost, certificateHost} = options
  const hosts = [`conference.${domain}`, `upload.${domain}`, anonymousHost, certificateHost]
  const named = hosts.filter((host) => host !== undefined)
  return runServer(options, named, (layout) => {
    const config = layout.file('prosody.cfg.lua')
    writeFileSync(config, prosodyConfig({...options, ...layout}))
    return {
      name: 'prosody',
      command: 'prosody',
      args: ['-F', '--config', config],
      errorPattern:
        /Unable to load module.*|Error initializing module.*|Failed to open server port.*/,
      wsPath: '/xmpp-websocket',
      addUser: (account) => writeStoredAccount(layout.dir, {...account, iterations, hash}),
    }
  })
}
