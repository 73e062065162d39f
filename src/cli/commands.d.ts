/** All commands by id (`roster:add`), each loaded when it is run. The build writes this module from src/commands. */
declare module 'xmpp:commands' {
  const commands: Record<string, () => Promise<{default: typeof import('@oclif/core').Command}>>

  export {commands}
}
