/** All commands with their arguments and flags, as data for other programs. */
import type {Command} from '@oclif/core'
import {namedSharedFlags} from '../flags.ts'

export interface ListedFlag {
  name: string
  char: string | null
  summary: string
  /** `boolean` flags have no value. */
  type: 'boolean' | 'option'
  /** The name of the value in help. */
  value: string | null
  options: string[] | null
  default: string | number | boolean | null
  repeatable: boolean
}

interface ListedArgument {
  name: string
  description: string
  required: boolean
  repeatable: boolean
  options: string[] | null
}

export interface ListedCommand {
  name: string
  summary: string
  args: ListedArgument[]
  flags: ListedFlag[]
}

export const listedCommand = ({
  args,
  flags,
  id,
  strict,
  summary = '',
}: Command.Loadable): ListedCommand => ({
  name: id.replaceAll(':', ' '),
  summary,
  args: Object.values(args).map(({description = '', multiple, name, options, required}) => ({
    name,
    description,
    required: required ?? false,
    repeatable: multiple === true || strict === false,
    options: options ? [...options] : null,
  })),
  flags: [...namedSharedFlags, ...Object.values(flags)].map(listedFlag),
})

type OptionFlag = Command.Flag.Any & {type: 'option'}

function listedFlag(flag: Command.Flag.Any): ListedFlag {
  const {char = null, default: value, name, summary = '', type} = flag
  const {helpValue, multiple, options}: Partial<OptionFlag> = type === 'option' ? flag : {}
  const isPlain = typeof value === 'string' || typeof value === 'number'
  return {
    name,
    char,
    summary,
    type,
    value: helpValue === undefined ? null : String(helpValue),
    options: options ? [...options] : null,
    default: isPlain ? value : null,
    repeatable: multiple ?? false,
  }
}
