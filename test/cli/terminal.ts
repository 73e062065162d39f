/** A terminal with a user: tmux runs the command, the test sends keys and reads the screen. */
import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'

export interface Terminal {
  /** Waits until the screen shows this, then types the text and Return. */
  answer(prompt: RegExp, text: string): Promise<void>
  /** Waits until the screen shows this, then pastes the lines at once. */
  paste(prompt: RegExp, lines: string): Promise<void>
  /** Waits until the screen shows this, then presses a key by tmux's name: `Down`, `C-c`. */
  press(prompt: RegExp, key: string): Promise<void>
  /** Waits until the screen shows this, and resolves with the whole screen. */
  see(pattern: RegExp): Promise<string>
  close(): Promise<void>
}

const LIMIT_MS = 15_000

/** Runs the command on a terminal that is closed afterwards. */
export async function atTerminal(
  command: string,
  env: NodeJS.ProcessEnv,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const terminal = await openTerminal(command, env)
  try {
    await use(terminal)
  } finally {
    await terminal.close()
  }
}

/** Runs `sh -c command` on a screen of 120 by 30, then shows `exit N`. */
async function openTerminal(command: string, env: NodeJS.ProcessEnv): Promise<Terminal> {
  const name = `xmpp-${randomBytes(6).toString('hex')}` // a separate tmux server with the environment of the test
  const tmux = async (...words: string[]): Promise<string> => {
    const options = {env: {...env, LC_ALL: 'C.UTF-8', TMUX: ''}}
    return (await promisify(execFile)('tmux', ['-u', '-L', name, ...words], options)).stdout
  }
  const script = `${command}; echo "exit $?"; exec sleep 60`
  await tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '30', 'sh', '-c', script)

  const see = async (pattern: RegExp): Promise<string> => {
    for (const end = Date.now() + LIMIT_MS; ; ) {
      const screen = await tmux('capture-pane', '-p')
      if (pattern.test(screen)) return screen
      if (Date.now() > end) throw new Error(`Not on the screen: ${pattern}\n${screen}`)
      await sleep(50)
    }
  }
  return {
    see,
    async answer(prompt, text) {
      await see(prompt)
      await tmux('send-keys', '-l', text)
      await tmux('send-keys', 'Enter')
    },
    async paste(prompt, lines) {
      await see(prompt)
      await tmux('set-buffer', lines)
      await tmux('paste-buffer')
    },
    async press(prompt, key) {
      await see(prompt)
      await tmux('send-keys', key)
    },
    async close() {
      await tmux('kill-server')
    },
  }
}
