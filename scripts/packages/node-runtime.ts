/** The Node of the standalone executable, from the npm registry. */
import {createHash} from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import path from 'node:path'
import {root} from './paths.ts'
import {run} from './run.ts'

/** The release by processor; the registry has no version for both. */
const RELEASES: Readonly<Record<string, {version: string; integrity: string}>> = {
  x64: {
    version: '26.12.1',
    integrity:
      'sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
  },
  arm64: {
    version: '26.12.0',
    integrity:
      'sha512-XhP/f29EvaVhyZFNxJmgVzQR//jv6YgeJ+HpTlaoAYQPU0GoPp1nPwcI8F4i8mYOOt9lE38KdUWrBX2hSA0H5g==',
  },
}

export interface NodeRuntime {
  node: string
  licence: string
  integrity: string
}

export const cacheFolder = path.join(root, 'node_modules/.cache/xmpp-cli')

/** Downloads it, checks that it is the release that this file names, and removes its symbols: once for each release. */
export function nodeRuntime(): NodeRuntime {
  const {arch, platform} = process
  const release = RELEASES[arch]
  if (platform !== 'linux' || !release)
    throw new Error(`There is no standalone executable for ${platform}-${arch}: use npm run pack`)
  const {integrity, version} = release
  const folder = path.join(cacheFolder, `node-${version}-${arch}`)
  if (!existsSync(folder)) download(`node-linux-${arch}@${version}`, integrity, folder)
  return {node: path.join(folder, 'bin/node'), licence: path.join(folder, 'LICENSE'), integrity}
}

function download(name: string, integrity: string, folder: string): void {
  mkdirSync(cacheFolder, {recursive: true})
  const temporary = mkdtempSync(`${folder}-`)
  try {
    const [{filename}] = JSON.parse(
      run('npm', ['pack', name, '--json', '--pack-destination', temporary]),
    )
    const tarball = path.join(temporary, filename)
    const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
    if (found !== integrity) throw new Error(`${name} is not the known file: ${found}`)
    const files = ['package/bin/node', 'package/LICENSE']
    run('tar', ['-xzf', tarball, '-C', temporary, '--strip-components=1', ...files])
    run('strip', [path.join(temporary, 'bin/node')])
    rmSync(tarball)
    chmodSync(temporary, 0o755)
    if (!existsSync(folder)) renameSync(temporary, folder)
  } finally {
    rmSync(temporary, {recursive: true, force: true})
  }
}
