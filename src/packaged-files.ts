/** The files of the package that the program reads: in the folder of package.json, or in the standalone executable. */
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

/** <https://nodejs.org/api/single-executable-applications.html#single-executable-application-api>; Node 20 has fewer functions. */
interface SingleExecutable {
  isSea(): boolean
  getAsset(name: string, encoding: 'utf8'): string
  getAssetKeys(): string[]
  getRawAsset(name: string): ArrayBuffer
}

export const isStandalone = (): boolean => singleExecutable() !== undefined

/** @param root the folder of package.json */
export const readPackagedFile = (root: string, name: string): string =>
  singleExecutable()?.getAsset(name, 'utf8') ?? readFileSync(path.join(root, name), 'utf8')

/** The names of the files in a folder, which has no subfolders. */
export function packagedFilesIn(root: string, folder: string): string[] {
  const assets = singleExecutable()?.getAssetKeys()
  if (!assets) return readdirSync(path.join(root, folder))
  const prefix = `${folder}/`
  return assets.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
}

/** A file in the standalone executable; its memory is the executable and cannot be written. */
export const packagedBytes = (name: string): Buffer =>
  Buffer.from(singleExecutable()?.getRawAsset(name) ?? new ArrayBuffer(0))

function singleExecutable(): SingleExecutable | undefined {
  const sea = process.getBuiltinModule('node:sea') as unknown as SingleExecutable | undefined
  return sea?.isSea() ? sea : undefined
}
