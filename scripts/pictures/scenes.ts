/** The pictures of docs/pictures, as commands in a sandbox. */
import {captureScreen} from '../../test/support/capture.ts'
import {environment} from '../../test/support/cli.ts'
import type {Sandbox} from '../sandbox/sandbox.ts'

export interface Scene {
  title: string
  /** Runs before, and is not shown. */
  first?: string
  commands: string[]
}

export const COLUMNS = 92

export const SCENES: Record<string, Scene> = {
  'first-message': {
    title: 'A message is sent and received, and an address that does not exist is an error',
    commands: [
      'xmpp send bob@localhost "The build is green"',
      'xmpp listen --account bob --count 1',
      'xmpp send carol@localhost "Hello"; echo "exit code $?"',
    ],
  },
  scripts: {
    title: 'A question is answered, JSON is filtered with jq, and a batch reports each line',
    first: `xmpp listen --account bob --match '[?]' --count 1 --reply --exec 'echo yes' >/dev/null &`,
    commands: [
      'xmpp ask bob@localhost "Deploy to production?" && echo deploying',
      `xmpp send bob@localhost "Deployed" --json | jq -r '.messages[0].state'`,
      `jq -nc '{to: "bob@localhost", body: ("one", "two")}' | xmpp send --batch`,
    ],
  },
}

/** Each command behind a prompt, then what it prints. */
const shown = (command: string): string =>
  `printf '\\033[1;32m$\\033[0m %s\\n' '${command.replaceAll("'", "'\\''")}'\n${command}`

/** The text of the screen, with its colours. */
export function captureScene({commands, first = ''}: Scene, {env}: Sandbox): Promise<string> {
  const script = `${first}\nclear\n${commands.map(shown).join('\n')}`
  return captureScreen(script, {columns: COLUMNS, rows: 30, colour: true, env: env(environment())})
}
