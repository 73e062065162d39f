/** Written by the build: all commands by id (`roster:add`), each loaded when it is run, and what package this is. */
declare module 'xmpp:commands' {
  type Config = import('@oclif/core').Config
  type XmppCommand = import('./base-command.ts').XmppCommand

  const commands: Record<
    string,
    () => Promise<{default: new (argv: string[], config: Config) => XmppCommand}>
  >
  const name: string
  const version: string

  export {commands, name, version}
}
