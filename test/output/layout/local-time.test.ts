import assert from 'node:assert/strict'
import stringWidth from 'string-width'
import {localTime, timeAtOffset, timeLocale} from '../../../src/output/layout/local-time.ts'
import {renderContactPresence} from '../../../src/output/presence.ts'
import {sanitizeLine} from '../../../src/output/sanitize.ts'

const MORNING = '2026-11-03T08:05:09.000Z'
const EVENING = '2026-11-20T20:00:00.000Z'

const inLocale = (locale: string | undefined, time = EVENING, isTTY = true): string =>
  timeAtOffset(new Date(time), 0, {isTTY, locale})

describe('a time on a terminal', () => {
  const forms: [locale: string | undefined, text: string][] = [
    ['en_US.UTF-8', '11/20/2026, 08:00:00 PM'],
    ['en_GB', '20/11/2026, 20:00:00'],
    ['de_DE.UTF-8', '20.11.2026, 20:00:00'],
    ['de_DE@euro', '20.11.2026, 20:00:00'],
    ['ja_JP.eucJP', '2026/11/20 20:00:00'],
    ['ar_EG.UTF-8', '٢٠/١١/٢٠٢٦، ٠٨:٠٠:٠٠ م'],
    ['zh_Hant_TW', '2026/11/20 下午08:00:00'],
    ['fr', '20/11/2026 20:00:00'],
  ]
  for (const [locale, text] of forms)
    it(`has the form of ${locale}`, () => assert.equal(inLocale(locale), text))

  const others = [undefined, '', 'C', 'C.UTF-8', 'POSIX', 'en_DK.UTF-8', 'xx_XX', 'nonsense']
  for (const locale of [...others, 'de-DE-u-ca-', '../de_DE', 'de_DE UTF-8', 'd'.repeat(5000)])
    it(`has the form of ISO 8601 with ${JSON.stringify(locale)?.slice(0, 20)}`, () =>
      assert.equal(inLocale(locale), '2026-11-20 20:00:00'))

  const locales = 'ar_AE ar_EG bg_BG bn_BD cs_CZ en_CA fa_IR fi_FI he_IL hi_IN ko_KR my_MM th_TH'
  for (const locale of locales.split(' '))
    it(`has no invisible characters in ${locale}, and the same width in each row`, () => {
      const [morning, evening] = [MORNING, EVENING].map((time) => inLocale(locale, time))
      assert.equal(sanitizeLine(evening ?? ''), evening)
      assert.doesNotMatch(evening ?? '', /[\u{a0}\u{202f}]/u)
      assert.equal(stringWidth(morning ?? ''), stringWidth(evening ?? ''))
    })

  it('is in the time zone of this computer, or the one of the offset', () => {
    const style = {isTTY: true, locale: 'de_DE'}
    const date = new Date(EVENING)
    assert.equal(localTime(EVENING, style), timeAtOffset(date, -date.getTimezoneOffset(), style))
    assert.equal(timeAtOffset(date, 330, style), '21.11.2026, 01:30:00')
  })

  it('is a column of a table', async () => {
    const client = {type: 'available', show: 'away', status: null, statuses: {}, priority: 0}
    const presence = {
      ...{jid: 'a@b', available: true, last: null},
      resources: [{...client, jid: 'a@b/c', since: EVENING}] as never,
    }
    const lines = async (isTTY: boolean): Promise<string[]> => {
      const terminal = {isTTY, columns: 100, colour: false, locale: 'ar_EG.UTF-8'}
      return (await renderContactPresence(presence, terminal)).split('\n')
    }
    const time = localTime(EVENING, {isTTY: true, locale: 'ar_EG'})
    assert.ok((await lines(true)).at(-1)?.endsWith(`  ${time}`))
    assert.deepEqual(await lines(false), [`a@b/c\taway\t0\t${EVENING}\t`])
  })
})

describe('a time in a pipe', () => {
  it('has the same form with each locale', () =>
    assert.equal(inLocale('de_DE.UTF-8', EVENING, false), '2026-11-20 20:00:00'))
})

describe('the locale of times', () => {
  it('is the first of LC_ALL, LC_TIME and LANG that is not empty', () => {
    const all = {LC_ALL: 'de_DE', LC_TIME: 'ja_JP', LANG: 'en_US'}
    assert.equal(timeLocale(all), 'de_DE')
    assert.equal(timeLocale({...all, LC_ALL: ''}), 'ja_JP')
    assert.equal(timeLocale({LANG: 'en_US', LC_MESSAGES: 'de_DE'}), 'en_US')
    assert.equal(timeLocale({}), undefined)
  })
})
