/** All commands by id (`roster:add`), written by the build. Each is evaluated when it is read. */
declare module 'xmpp:commands' {
  const COMMANDS: Record<string, import('@oclif/core').Command.Class>

  export {COMMANDS}
}
