/**
 * The program and Node in one file <https://nodejs.org/api/single-executable-applications.html>. The program finds its
 * files in a virtual file system.
 */
import {createHash} from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {cacheFolder, nodeRuntime} from './node-runtime.ts'
import {root} from './paths.ts'
import {run} from './run.ts'

const MAIN = "require('./dist/xmpp.cjs').main(process.argv.slice(2), __dirname)\n"

const config = {
  disableExperimentalSEAWarning: true,
  useVfs: true,
  execArgvExtension: 'none',
}

/** The executable, in the cache: a build of the same input is used again. */
export function buildExecutable(): string {
  const runtime = nodeRuntime()
  const assets = Object.fromEntries(assetFiles().map((file) => [file, path.join(root, file)]))
  const hash = createHash('sha256').update(JSON.stringify([MAIN, config, runtime.integrity]))
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
  const files = ['package.json', 'oclif.manifest.json', 'dist/xmpp.cjs', 'dist/chunks.js']
  const inFolders = ['schemas', 'share/completion'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .toSorted()
      .map((name) => `${folder}/${name}`),
  )
  return [...files, ...inFolders]
}

function build(node: string, assets: Record<string, string>, output: string): void {
  const folder = mkdtempSync(path.join(cacheFolder, 'build-'))
  try {
    // The executable has the name of the main file, as it is given: the path of the build folder would change it each time.
    const paths = {main: 'main.cjs', output: 'xmpp'}
    writeFileSync(path.join(folder, paths.main), MAIN)
    writeFileSync(path.join(folder, 'sea.json'), JSON.stringify({...config, ...paths, assets}))
    run(node, ['--build-sea', 'sea.json'], {cwd: folder})
    renameSync(path.join(folder, paths.output), output)
  } finally {
    rmSync(folder, {recursive: true})
  }
}
