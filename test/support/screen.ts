/** A program on a separate terminal of tmux: the test sends keys and reads the screen. */
import {execFile} from 'node:child_process'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'

export interface Screen {
  /** Types a line and presses Enter. */
  type(line: string): Promise<void>
  /** Resolves with all text of the screen so far, when it matches the pattern. */
  sees(pattern: RegExp): Promise<string>
  close(): Promise<void>
}

const run = promisify(execFile)
const PATIENCE_MS = 10_000

/** `dir` is its home, and keeps tmux's socket. */
export async function openScreen(
  command: string,
  dir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Screen> {
  const tmux = (...words: string[]) =>
    run('tmux', ['-S', path.join(dir, 'tmux'), '-f', '/dev/null', ...words], {env})
  await tmux('new-session', '-d', '-x', '100', '-y', '40', command)
  const read = async (): Promise<string> => (await tmux('capture-pane', '-p', '-S', '-200')).stdout
  return {
    async type(line) {
      await tmux('send-keys', '-l', line)
      await tmux('send-keys', 'Enter')
    },
    async sees(pattern) {
      const deadline = Date.now() + PATIENCE_MS
      for (;;) {
        const text = await read()
        if (pattern.test(text)) return text
        if (Date.now() > deadline)
          throw new Error(`Nothing like ${pattern} on the screen:\n${text}`)
        await sleep(100)
      }
    },
    async close() {
      await tmux('kill-server')
    },
  }
}
