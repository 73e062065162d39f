/** `npm run pack [FOLDER]`: writes xmpp-cli-VERSION.tgz, which depends on nothing that is in its bundle, and its SBOM. */
import {cpSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {manifest, outputFolder, root} from './paths.ts'
import {run} from './run.ts'
import {sbom} from './sbom.ts'

interface Packed {
  filename: string
  files: {path: string}[]
}

const folder = outputFolder()
const staging = mkdtempSync(path.join(tmpdir(), 'xmpp-pack-'))
try {
  // The files that npm would pack here are the files of the package, except for package.json.
  const files = npmPack(root, '--dry-run').files.map((file) => file.path)
  for (const file of files) cpSync(path.join(root, file), path.join(staging, file))
  const man = files.filter((file) => file.startsWith(`${manifest.directories.man}/`))
  writeFileSync(path.join(staging, 'package.json'), json({...publishedManifest(), man}))
  const {filename} = npmPack(staging, '--pack-destination', folder)
  report(filename)
} finally {
  rmSync(staging, {recursive: true})
}

const sbomFile = `${manifest.name}-${manifest.version}.cdx.json`
writeFileSync(path.join(folder, sbomFile), json(sbom()))
report(sbomFile)

function npmPack(cwd: string, ...words: string[]): Packed {
  const options = ['--json', '--ignore-scripts', '--loglevel', 'error']
  const output = run('npm', ['pack', ...options, ...words], {cwd})
  const [packed] = JSON.parse(output) as [Packed]
  return packed
}

/**
 * Removes the entries for the development, and the packages whose code is in dist/. npm installs the manual pages
 * that `man` names, not those of `directories`.
 */
function publishedManifest(): object {
  const {
    dependencies: _,
    devDependencies,
    directories,
    knip,
    mocha,
    scripts,
    ...published
  } = manifest
  return published
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function report(file: string): void {
  console.log(path.join(folder, file))
}
