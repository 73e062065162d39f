/** The code blocks of a Markdown page. */
import {read} from './repository.ts'

export interface CodeBlock {
  /** The text of the heading above it. */
  heading: string
  /** The language of the info string; empty without one. */
  language: string
  text: string
  /** The file that a comment in the first lines names. A block without one is a command. */
  file: string | undefined
}

const FILE = /^(?:#!.*\n)?(?:#|\/\/|--) (\S*[./]\S*|crontab)(?::.*| -e)?$/m

/** @param page relative to the root of the repository */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let heading = ''
  const parts = /^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm
  for (const [, title, language = '', text = ''] of read(page).matchAll(parts))
    if (title !== undefined) heading = title
    else blocks.push({heading, language, text, file: fileIn(language, text)})
  return blocks
}

/** A command may begin with a comment, too: `sh` is a file only with `#!`. */
function fileIn(language: string, text: string): string | undefined {
  const [head] = text.split('\n\n', 1)
  if (language === 'sh' && !text.startsWith('#!')) return undefined
  return FILE.exec(head ?? '')?.[1]
}

/** The shell commands in a file of a CI system, cron or systemd. */
export function commandsIn({language, text}: CodeBlock): string[] {
  const matches = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, command = '']) => command)
  switch (language) {
    case 'yaml':
      return [
        ...matches(/^ +(?:- )?run: (.+)$/gm),
        ...matches(/^ +script:\n((?: +- .+\n)+)/gm).flatMap((list) =>
          [...list.matchAll(/^ +- (.+)$/gm)].map(([, command = '']) => command),
        ),
      ]
    case 'crontab':
      return matches(/^(?:[\d*/,-]+ +){5}(.+)$/gm)
    case 'ini':
      return matches(/^ExecStart=(.+)$/gm).map((line) => line.replaceAll('$$', '$'))
    default:
      return []
  }
}
