/**
 * `npm run build:deb [FOLDER]`: writes xmpp-cli_VERSION-1_ARCH.deb with the executable, the manual pages and the completions.
 * With the same SOURCE_DATE_EPOCH <https://reproducible-builds.org/specs/source-date-epoch/> it is the same file.
 */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gzipSync} from 'node:zlib'
import {buildExecutable, licencesOfExecutable} from './executable.ts'
import {manifest, outputFolder, root} from './paths.ts'
import {run} from './run.ts'

const ARCHITECTURES: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64'}

const COMPLETIONS = {
  bash: 'usr/share/bash-completion/completions/xmpp',
  fish: 'usr/share/fish/vendor_completions.d/xmpp.fish',
  zsh: 'usr/share/zsh/vendor-completions/_xmpp',
}

const {
  SOURCE_DATE_EPOCH = String(Math.floor(Date.now() / 1000)),
  DEBEMAIL,
  DEBFULLNAME,
} = process.env
const {name} = manifest
const version = `${manifest.version.replace('-', '~')}-1`
const architecture = ARCHITECTURES[process.arch] ?? process.arch
const maintainer = `${DEBFULLNAME ?? `${name} authors`} <${DEBEMAIL ?? 'xmpp-cli@localhost'}>`
const documentation = `usr/share/doc/${name}`

process.umask(0o022)
const temporary = mkdtempSync(path.join(tmpdir(), 'xmpp-deb-'))
const tree = path.join(temporary, name)
try {
  fill()
  write('DEBIAN/control', control())
  const file = path.join(outputFolder(), `${name}_${version}_${architecture}.deb`)
  const env = {DPKG_DEB_COMPRESSOR_LEVEL: '6', ...process.env, SOURCE_DATE_EPOCH}
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', tree, file], {env})
  console.log(file)
} finally {
  rmSync(temporary, {recursive: true})
}

function fill(): void {
  const executable = buildExecutable()
  copyFileSync(executable, prepared('usr/bin/xmpp'))
  for (const volume of ['man1', 'man5'])
    for (const page of readdirSync(path.join(root, 'dist/man', volume)))
      compress(`usr/share/man/${volume}/${page}`, read(`dist/man/${volume}/${page}`))
  for (const [shell, file] of Object.entries(COMPLETIONS))
    write(file, run(executable, ['completion', shell]))
  cpSync(path.join(root, 'scripts/packages/deb'), tree, {recursive: true})
  compress(`${documentation}/changelog`, read('CHANGELOG.md'))
  compress(`${documentation}/changelog.Debian`, changelog())
  write(`${documentation}/copyright`, copyright())
  compress(`${documentation}/licences.txt`, licencesOfExecutable())
}

/** The versions of the libraries are those that the Node of node-runtime.ts was built for. */
function control(): string {
  return `Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${installedSize()}
Depends: libatomic1 (>= 4.8), libc6 (>= 2.28), libgcc-s1 (>= 3.0), libstdc++6 (>= 5.2)
Section: net
Priority: optional
Description: XMPP (Jabber) client for scripts, cron jobs and CI
 Each command connects to an XMPP server, performs one operation and reports
 its result as an exit code and, with --json, as JSON. Commands send and
 receive messages, share files, and manage rooms, contacts and accounts.
`
}

function changelog(): string {
  const date = new Date(Number(SOURCE_DATE_EPOCH) * 1000).toUTCString().replace('GMT', '+0000')
  return `${name} (${version}) unstable; urgency=medium

  * The changes of each version are in changelog.gz.

 -- ${maintainer}  ${date}
`
}

function copyright(): string {
  return `${read('LICENSE')}
The executable contains Node.js and the packages that licences.txt.gz in this folder names, with their licences.
`
}

/** In kibibytes, with one for each folder, as dpkg counts them. */
function installedSize(): number {
  const entries = readdirSync(tree, {recursive: true, encoding: 'utf8'})
  const sizes = entries.map((entry) => {
    const stats = statSync(path.join(tree, entry))
    return stats.isFile() ? Math.ceil(stats.size / 1024) : 1
  })
  return sizes.reduce((sum, size) => sum + size, 1)
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** The path of a file in the package, whose folder exists. */
function prepared(file: string): string {
  const target = path.join(tree, file)
  mkdirSync(path.dirname(target), {recursive: true})
  return target
}

function write(file: string, content: string | Buffer): void {
  writeFileSync(prepared(file), content)
}

function compress(file: string, text: string): void {
  write(`${file}.gz`, gzipSync(text, {level: 9}))
}
