/** The commands of the pages in docs/, run in a sandbox. Those of docs/learn.md have a test of their own. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {openSandbox, type Sandbox} from '../../scripts/sandbox/sandbox.ts'
import {codeBlocks} from '../support/markdown.ts'
import {freePort} from '../support/ports.ts'
import {filesIn} from '../support/repository.ts'
import {type Recipe, runRecipe} from './run-recipe.ts'

const ALERT = JSON.stringify({
  status: 'firing',
  alerts: [{labels: {alertname: 'DiskFull'}, annotations: {summary: 'web1 has 2% left'}}],
})
const POST = `
import {readFileSync} from 'node:fs'
const options = {method: 'POST', body: readFileSync('alert.json')}
const post = () => fetch('http://127.0.0.1:' + process.env.PORT, options).catch(() => undefined)
let response
while (!(response = await post())) await new Promise((resolve) => setTimeout(resolve, 100))
console.log('answer', response.status)
`
const MAIL = 'From: root@web1\nSubject: Disk report\n\n/home is full\nPlease look\n'
const NOTIFICATION = [
  'USERADDRESS=ops@example.com NOTIFICATIONTYPE=PROBLEM HOSTNAME=web1 SERVICENAME=http',
  'STATE=CRITICAL LASTCHANGE=12:30 OUTPUT="connection refused" ./xmpp-notification',
].join(' ')
const MESSAGES = Array.from({length: 8}, (_, i) =>
  JSON.stringify({to: 'ops@example.com', body: `message ${i}`, id: `id-${i}`}),
).join('\n')

const COOKBOOK: Record<string, Recipe> = {
  Cookbook: {files: {'bot.password': 'secret-of-bot\n'}, receives: [/^Hello from ./]},
  'GitHub Actions': {
    programs: {npm: '', make: 'exit 2'},
    env: {
      GITHUB_REPOSITORY: 'capulet/balcony',
      GITHUB_SERVER_URL: 'https://git.example.com',
      GITHUB_RUN_ID: '7',
    },
    statuses: [0, 2, 0],
    receives: [
      /^capulet\/balcony failed, https:\/\/git.example.com\/capulet\/balcony\/actions\/runs\/7$/,
    ],
  },
  'GitLab CI': {
    programs: {npm: ''},
    env: {
      CI_PROJECT_PATH: 'capulet/balcony',
      CI_COMMIT_REF_NAME: 'main',
      CI_PIPELINE_URL: 'https:',
    },
    receives: [/^capulet\/balcony, main failed, https:$/],
  },
  Cron: {
    programs: {backup: 'echo "no space"; exit 1', 'check-certificates': 'exit 2'},
    env: {XMPP_TO: 'ops@example.com'},
    statuses: [1, 2],
    receives: [
      /^backup: failed with exit code 1 [\s\S]*no space/,
      /^certificates: failed with exit code 2/,
    ],
  },
  systemd: {
    programs: {journalctl: 'echo "the journal of $2"'},
    receives: [/^backup.service failed\nthe journal of backup.service$/],
  },
  'Icinga and Nagios': {
    after: NOTIFICATION,
    receives: [/^PROBLEM: web1 http\nCRITICAL since 12:30\nconnection refused$/],
  },
  'Prometheus Alertmanager': {
    files: {'alert.json': ALERT, 'post.mjs': POST},
    after: 'node bridge.mjs ops@example.com & node post.mjs; kill $!',
    prints: /^answer 200$/m,
    receives: [/^FIRING\nDiskFull: web1 has 2% left$/],
  },
  'A log file': {
    programs: {tail: 'echo "INFO start"; echo "ERROR disk full"; echo "ERROR giving up"'},
    receives: [/^ERROR disk full\nERROR giving up$/],
  },
  'A bot': {after: 'xmpp ask --account ops bot@example.com disk --any-text', prints: /Filesystem/},
  'Approval before a step': {
    programs: {deploy: 'echo "deploying to $1"'},
    env: {CI_COMMIT_SHORT_SHA: 'abc123'},
    answer: 'yes',
    prints: /^deploying to production$/m,
  },
  'A deployment with progress': {
    programs: {deploy: 'echo "deployed to $1"'},
    receives: [/^Deployment: succeeded [\s\S]*deployed to staging$/],
  },
  'Home automation': {
    programs: {
      mosquitto_sub: `echo '{"topic":"home/cellar/alarm","payload":"water"}'`,
      mosquitto_pub: 'test "$4" = on',
    },
    after: `xmpp send --account ops bot@example.com on
      xmpp listen --account ops --match 'water|light' --count 2`,
    prints: /home\/cellar\/alarm: water\n[\s\S]*The light is on\n/,
  },
  'Mail to XMPP': {
    files: {mail: MAIL},
    after: './mail-to-xmpp <mail',
    receives: [/^Disk report\n\/home is full\nPlease look/],
  },
  'A million messages a day': {
    files: {'messages.ndjson': `${MESSAGES}\n`},
    after:
      'cat results.ndjson part-*.results | jq -s "map(.state) | group_by(.) | map([.[0], length])" -c',
    prints: /^\[\["accepted",16\]\]$/m,
    receives: Array(16).fill(/^message \d$/),
  },
}

/** The node is created by the first item. */
const PUBSUB = `
Component "pubsub.example.com" "pubsub"
  admins = { "bot@example.com" }
  autocreate_on_publish = true
`

const PAGES: Record<string, Record<string, Recipe>> = {
  'docs/cookbook.md': COOKBOOK,
  'docs/reliability.md': {
    'In scripts': {receives: [/^Backup failed$/]},
  },
  'docs/security.md': {
    'To check an account': {prints: /SCRAM-SHA/},
  },
}

const blocks = codeBlocks('docs/cookbook.md')

describe('the commands of', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  let folder: string
  before(async () => {
    const accounts = ['bot', 'ops']
    sandbox = await openSandbox({accounts, domain: 'example.com', extra: PUBSUB})
    folder = mkdtempSync(path.join(tmpdir(), 'xmpp-cookbook-'))
  })
  after(async () => {
    rmSync(folder, {recursive: true})
    await sandbox.stop()
  })

  for (const [page, recipes] of Object.entries(PAGES))
    describe(page, () => {
      const blocks = codeBlocks(page)
      const headings = [...new Set(blocks.map(({heading}) => heading))]
      for (const heading of headings)
        it(heading, async () => {
          const recipe = recipes[heading]
          assert.ok(recipe, 'a recipe in this test')
          const env = {...recipe.env, PORT: String(await freePort())}
          const own = blocks.filter((block) => block.heading === heading)
          const dir = path.join(folder, heading.replaceAll(' ', '-'))
          await runRecipe(sandbox, dir, own, {...recipe, env})
        })

      it('has no recipe in this test that is not on the page', () => {
        assert.deepEqual(Object.keys(recipes), headings)
      })
    })

  it('all pages with commands', () => {
    const pages = filesIn('docs', '.md').map((name) => `docs/${name}`)
    const withCommands = pages.filter((page) =>
      codeBlocks(page).some(({language}) => language === 'sh'),
    )
    assert.deepEqual(withCommands.toSorted(), [...Object.keys(PAGES), 'docs/learn.md'].toSorted())
  })
})

describe('docs/cookbook.md', () => {
  it('passes to the script of Icinga what the script reads', () => {
    const [script, config] = blocks.filter(({heading}) => heading === 'Icinga and Nagios')
    const read = [...(script?.text ?? '').matchAll(/\$\{?([A-Z]+)/g)].map(([, name]) => name)
    const passed = [...(config?.text ?? '').matchAll(/^ {4}([A-Z]+) = "\$/gm)].map(
      ([, name]) => name,
    )
    assert.deepEqual(passed.toSorted(), [...new Set(read)].toSorted())
  })

  for (const [language, command] of Object.entries({
    yaml: ['/usr/bin/python3', '-c', 'import sys, yaml; yaml.safe_load(sys.stdin)'],
    lua: ['lua5.4', '-e', 'assert(load(io.read("a")))'],
  }))
    it(`has valid ${language}`, function () {
      const [program = '', ...args] = command
      const check = (input: string) => spawnSync(program, args, {input, encoding: 'utf8'})
      if (check('').status !== 0) return this.skip()
      for (const {text} of blocks.filter((block) => block.language === language)) {
        const {status, stderr} = check(text)
        assert.equal(status, 0, stderr)
      }
    })
})
