/** XEP-0441: Message Archive Management Preferences <https://xmpp.org/extensions/xep-0441.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {NS_ARCHIVE} from './archive.ts'

/** Which messages are archived if their sender or recipient is in neither list (§2.1.1). */
export const ARCHIVE_DEFAULTS = ['always', 'never', 'roster'] as const

export interface ArchivePreferences {
  default: (typeof ARCHIVE_DEFAULTS)[number]
  /** JIDs; a bare JID includes all of its resources. */
  always: string[]
  never: string[]
}

export const buildPreferences = (preferences: ArchivePreferences): Element =>
  xml(
    'prefs',
    {xmlns: NS_ARCHIVE, default: preferences.default},
    ...(['always', 'never'] as const).map((name) =>
      xml(name, {}, ...preferences[name].map((jid) => xml('jid', {}, jid))),
    ),
  )

/** A default that is missing or unknown becomes `roster`, as in the examples of the specification. */
export function parsePreferences(prefs: Element | undefined): ArchivePreferences {
  const jidsIn = (name: string): string[] =>
    prefs
      ?.getChild(name)
      ?.getChildren('jid')
      .map((jid) => jid.text().trim())
      .filter(Boolean) ?? []
  return {
    default: ARCHIVE_DEFAULTS.find((value) => value === prefs?.attrs.default) ?? 'roster',
    always: jidsIn('always'),
    never: jidsIn('never'),
  }
}

export const getArchivePreferences = async (iq: Iq): Promise<ArchivePreferences> =>
  parsePreferences(await iq.get(xml('prefs', {xmlns: NS_ARCHIVE})))

/** Resolves with what the server applied, which can differ from the request. */
export async function setArchivePreferences(
  iq: Iq,
  preferences: ArchivePreferences,
): Promise<ArchivePreferences> {
  const applied = await iq.set(buildPreferences(preferences))
  return applied ? parsePreferences(applied) : preferences
}
