/** Round trips in milliseconds, and what they come to. */
import {cleanLine} from './clean.ts'

export interface PingResult {
  to: string
  times: number[]
  min: number
  avg: number
  max: number
}

export function summarise(to: string, times: number[]): PingResult {
  const rounded = times.map(round)
  const avg = round(times.reduce((sum, time) => sum + time, 0) / times.length)
  return {to, times: rounded, min: Math.min(...rounded), avg, max: Math.max(...rounded)}
}

export function renderPing({avg, max, min, times, to}: PingResult): string {
  const lines = times.map((time) => `Reply from ${cleanLine(to)} in ${time} ms`)
  if (times.length > 1) lines.push(`${times.length} replies: min ${min}, avg ${avg}, max ${max} ms`)
  return lines.join('\n')
}

const round = (ms: number): number => Math.round(ms * 10) / 10
