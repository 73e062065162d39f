/** A warm send of the standalone executable, against the best of go-sendxmpp, near and far. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {buildExecutable} from '../support/executable.ts'
import {againstGo} from './distance.ts'
import {onProsody} from './environment.ts'
import type {Testbed} from './testbed.ts'

/** By round-trip time in milliseconds. */
const ROUND_TRIPS = [0, 50, 100]

export async function standalone(testbed: Testbed): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'xmpp-bench-'))
  try {
    const executable = buildExecutable(folder)
    await onProsody(async (server) => {
      for (const rtt of ROUND_TRIPS) await againstGo(testbed, server, {executable, rtt})
    })
  } finally {
    rmSync(folder, {recursive: true})
  }
}
