/** What a command leaves on a terminal of a given width: tmux runs it, and its screen is read. */
import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'

export interface CaptureOptions {
  columns: number
  rows?: number
  env: NodeJS.ProcessEnv
  /** Whether the text has its escape sequences of colour. */
  colour?: boolean
  /** Keys by tmux's name, pressed one after the other, each as soon as the screen shows its pattern. */
  keys?: [shown: RegExp, key: string][]
  /** The screen is read as soon as it shows this; default: when the command has ended. */
  shows?: RegExp
}

const run = promisify(execFile)
const LIMIT_MS = 30_000

/** The lines of the screen, without empty ones at the end. */
export async function captureScreen(command: string, options: CaptureOptions): Promise<string> {
  const {colour = false, columns, env, keys = [], rows = 40, shows} = options
  const name = `xmpp-${randomBytes(6).toString('hex')}`
  const tmux = async (...words: string[]): Promise<string> => {
    const own = {...env, LC_ALL: 'C.UTF-8', TMUX: ''}
    return (await run('tmux', ['-u', '-L', name, ...words], {env: own})).stdout
  }
  const see = async (pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + LIMIT_MS; ; await sleep(50)) {
      const screen = await tmux('capture-pane', '-p')
      if (pattern.test(screen)) return
      if (Date.now() > end) throw new Error(`Not on the screen: ${pattern}\n${screen}`)
    }
  }
  const size = ['-x', String(columns), '-y', String(rows)]
  const script = `${command}\ntmux -L ${name} wait-for -S ended; exec sleep 60`
  await tmux('-f', '/dev/null', 'new-session', '-d', ...size, 'sh', '-c', script)
  try {
    for (const [shown, key] of keys) {
      await see(shown)
      await tmux('send-keys', key)
    }
    await (shows ? see(shows) : tmux('wait-for', 'ended'))
    return (await tmux('capture-pane', '-p', ...(colour ? ['-e'] : []))).trimEnd()
  } finally {
    await tmux('kill-server')
  }
}
