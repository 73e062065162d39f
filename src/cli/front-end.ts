/** What is no command: help, topics, and words that nobody knows. Only here more of oclif is needed than its parser. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {type Book, Help} from './help.ts'

/** `root` is the folder of package.json and of the manifest, which has what help tells of all commands. */
export async function runFrontEnd(argv: string[], root: string): Promise<void> {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'))
  const {description, oclif} = read('package.json') as {description: string; oclif: Book}
  const {commands} = read('oclif.manifest.json') as Pick<Book, 'commands'>
  const help = new Help({bin: 'xmpp'} as ConstructorParameters<typeof Help>[0], {
    commands,
    summary: description,
    topics: oclif.topics,
  })
  await help.showHelp(argv)
}
