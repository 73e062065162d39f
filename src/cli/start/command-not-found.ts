/** The hook of oclif for words that are no command. */
import type {Hook} from '@oclif/core'

/** `id` has all words that may belong to the name, separated by colons. */
export const commandNotFound: Hook.CommandNotFound = async ({argv = [], config, id}) => {
  const {unknownCommand} = await import('../parse-errors.ts')
  throw unknownCommand([...id.split(':'), ...argv], config.commandIDs)
}
