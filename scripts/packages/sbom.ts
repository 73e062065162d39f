/** The software bill of materials: the packages whose code is in dist/, as CycloneDX <https://cyclonedx.org/docs/1.5/json/>. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {packagesIn} from '../licences.ts'
import {manifest, root} from './paths.ts'
import {run} from './run.ts'

interface Sbom {
  serialNumber?: string
  metadata: {timestamp?: string; component: {'bom-ref': string; name: string}}
  components: {'bom-ref': string; scope?: string; properties?: object[]}[]
  dependencies: {ref: string; dependsOn: string[]}[]
}

/** npm lists every package of the lock file, those of the development and those whose code esbuild removed too. */
export function sbom(): Sbom {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']
  const all: Sbom = JSON.parse(run('npm', words, {cwd: root}))
  const bundled = packagesIn(readFileSync(path.join(root, 'dist/licences.txt'), 'utf8'))
  const components = all.components
    .filter((component) => bundled.includes(component['bom-ref']))
    .map(({properties: _, scope, ...component}) => component)
  const known = components.map((component) => component['bom-ref'])
  const unknown = bundled.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`npm sbom does not list: ${unknown.join(', ')}`)
  const {component, timestamp: _, ...metadata} = all.metadata
  const refs = [component['bom-ref'], ...known]
  const {serialNumber: _number, ...document} = all
  return {
    ...document,
    // npm takes the name from the folder. Without time and serial number, the file is the same for the same code.
    metadata: {...metadata, component: {...component, name: manifest.name}},
    components,
    dependencies: all.dependencies
      .filter(({ref}) => refs.includes(ref))
      .map(({ref, dependsOn}) => ({ref, dependsOn: dependsOn.filter((to) => refs.includes(to))})),
  }
}
