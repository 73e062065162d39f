import {startEjabberd} from '../support/ejabberd.ts'
import {PAGES, testPages} from './transcripts.ts'

/** Pages about the files of this program: the server only signs the account in. */
const ON_ONE_SERVER = ['accounts', 'completion', 'reference']

describe('transcripts on ejabberd', function () {
  this.timeout(120_000)
  const pages = PAGES.filter((page) => !ON_ONE_SERVER.includes(page))
  testPages(pages, startEjabberd, () => true)
})
