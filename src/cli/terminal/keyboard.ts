/** Input of the terminal, one line at a time. Lines that are typed before their prompt are saved for it. */
import {PassThrough} from 'node:stream'

export interface Keyboard {
  /** The input of one prompt. */
  input: PassThrough & {setRawMode(raw: boolean): void}
  /** Aborts when the prompt stops reading, also by Ctrl-D. */
  closed: AbortSignal
  close(): void
}

/** Typed, and not read by a prompt yet. */
let ahead: Buffer = Buffer.alloc(0)

export function openKeyboard(): Keyboard {
  const {stdin} = process
  const stopped = new AbortController()
  const setRawMode = (raw: boolean): void => {
    try {
      stdin.setRawMode(raw)
    } catch {
      // The terminal was closed, which ends the input and, by SIGHUP, the run.
    }
  }
  const input = Object.assign(new PassThrough(), {setRawMode})
  let next: NodeJS.Immediate | undefined
  // The answer to one line decides if this prompt reads another one, so each line gets its own tick.
  const schedule = (): void => {
    next ??= setImmediate(() => {
      next = undefined
      if (ahead.length === 0 || stopped.signal.aborted) return
      const length = lineLength(ahead)
      input.write(ahead.subarray(0, length))
      ahead = ahead.subarray(length)
      schedule()
    })
  }
  const onData = (typed: Buffer): void => {
    ahead = Buffer.concat([ahead, typed])
    schedule()
  }
  const onEnd = (): void => void input.end()
  const stop = (): void => stopped.abort()
  input.on('pause', stop).on('close', stop)
  stdin.on('data', onData).on('end', onEnd).resume()
  schedule()
  return {
    input,
    closed: stopped.signal,
    close() {
      clearImmediate(next)
      stdin.off('data', onData).off('end', onEnd).pause()
      input.destroy()
    },
  }
}

/** Including the line end, which is a carriage return in raw mode. */
function lineLength(typed: Buffer): number {
  const [line] = /^[^\r\n]*(?:\r\n|[\r\n])?/.exec(typed.toString('latin1')) ?? ['']
  return line.length
}
