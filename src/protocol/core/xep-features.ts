/** Finds the specification that defines a feature of service discovery; scripts/xep-features.js writes the table. */
import table from './xep-features.json' with {type: 'json'}

export interface FeatureSpec {
  feature: string
  /** Such as XEP-0030; null if no specification is known to define the feature. */
  spec: string | null
  title: string | null
}

const specs = new Map(
  Object.entries(table).flatMap(([spec, {features, title}]) =>
    features.map((feature) => [feature, {spec, title}] as const),
  ),
)

/** For an unknown feature, the specification of its namespace without the fragment, or in another version. */
export function specOfFeature(feature: string): FeatureSpec {
  const base = feature.replace(/(?<=.)[#+].*$/s, '')
  const unversioned = base.replace(/:\d+$/, '')
  const versions = Array.from({length: 10}, (_, version) => `${unversioned}:${version}`).reverse()
  const name = [feature, base, ...versions, unversioned].find((name) => specs.has(name))
  return {feature, ...(specs.get(name ?? '') ?? {spec: null, title: null})}
}
