/**
 * The program and Node in one file <https://nodejs.org/api/single-executable-applications.html>, with a snapshot of the heap
 * after src/cli/start/snapshot.ts has loaded the program.
 */
import {createHash} from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {cacheFolder, nodeRuntime} from './node-runtime.ts'
import {root} from './paths.ts'
import {run} from './run.ts'

const MAIN = path.join(root, 'dist/snapshot.cjs')

const config = {
  disableExperimentalSEAWarning: true,
  useSnapshot: true,
  // As many threads for V8 as there are processors, not four.
  execArgv: ['--v8-pool-size=0'],
  execArgvExtension: 'none',
}

/** The executable, in the cache: a build of the same input is used again. */
export function buildExecutable(): string {
  const runtime = nodeRuntime()
  const assets = Object.fromEntries(assetFiles().map((file) => [file, path.join(root, file)]))
  const hash = createHash('sha256').update(JSON.stringify([config, runtime.integrity]))
  hash.update(readFileSync(MAIN))
  for (const [name, file] of Object.entries(assets)) hash.update(name).update(readFileSync(file))
  const cached = path.join(cacheFolder, `xmpp-${hash.digest('hex').slice(0, 16)}`)
  if (!existsSync(cached)) {
    build(runtime.node, assets, cached)
    // Not the new one: another process may have built the same, and copy it now.
    for (const name of readdirSync(cacheFolder))
      if (name.startsWith('xmpp-') && name !== path.basename(cached))
        rmSync(path.join(cacheFolder, name), {force: true})
  }
  return cached
}

/** The licences of all that is in the executable. */
export function licencesOfExecutable(): string {
  const files = ['LICENSE', 'dist/licences.txt'].map((file) => path.join(root, file))
  return [...files, nodeRuntime().licence].map((file) => readFileSync(file, 'utf8')).join('\n')
}

/** What the program reads from its folder. */
function assetFiles(): string[] {
  const files = ['package.json', 'oclif.manifest.json', 'dist/chunks.js']
  const inFolders = ['schemas', 'share/completion'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .toSorted()
      .map((name) => `${folder}/${name}`),
  )
  return [...files, ...inFolders]
}

function build(node: string, assets: Record<string, string>, output: string): void {
  // A snapshot contains the paths of Node and of the main script.
  const folder = mkdtempSync(path.join(tmpdir(), 'xmpp-build-'))
  try {
    const paths = {main: 'snapshot.cjs', output: 'xmpp'}
    for (const file of [paths.main, 'chunks.js'])
      copyFileSync(path.join(root, 'dist', file), path.join(folder, file))
    writeFileSync(path.join(folder, 'sea.json'), JSON.stringify({...config, ...paths, assets}))
    copyFileSync(node, path.join(folder, 'node'))
    run(path.join(folder, 'node'), ['--no-warnings', '--build-sea', 'sea.json'], {cwd: folder})
    // Another process may look for it while it is copied.
    const copy = path.join(cacheFolder, `build-${process.pid}`)
    copyFileSync(path.join(folder, paths.output), copy)
    renameSync(copy, output)
  } finally {
    rmSync(folder, {recursive: true})
  }
}
