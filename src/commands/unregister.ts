import {Flags} from '@oclif/core'
import {deleteLocalData} from '../account/delete-local-data.ts'
import {refuseAnonymous} from '../account/refuse-anonymous.ts'
import {readOnly} from '../account/state/state.ts'
import {XmppCommand} from '../cli/base-command.ts'
import {ask} from '../cli/terminal/prompt.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure} from '../errors.ts'
import {sameJid} from '../jid-comparison.ts'
import {renderUnregistered, unregisterPrompt} from '../output/register.ts'
import {unregister} from '../protocol/registration/register.ts'

export default class Unregister extends XmppCommand {
  static override summary = 'Delete the account from its server, permanently'
  static override description =
    unwrap`When the server has deleted the account, its stored password and its entry in the config file are deleted
too.`
  static override flags = {
    confirm: Flags.string({
      summary: 'JID of the account to delete, as a confirmation',
      helpValue: 'JID',
    }),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> --confirm romeo@example.com']

  async run(): Promise<{jid: string; error?: Failure}> {
    const {flags} = await this.parse(Unregister)
    const settings = await this.settings(flags)
    refuseAnonymous(settings)
    const {jid} = settings
    const signal = this.givenTimeLimit(flags)
    const confirmed = flags.confirm ?? (await ask({...unregisterPrompt(jid.bare), signal}))
    if (!sameJid(confirmed, jid.bare))
      throw new Failure('not-confirmed', `The account to delete is ${jid.bare}`, EXIT.usage, {
        hint: 'Nothing was deleted. Confirm with exactly this JID',
      })
    const own = {...settings, memory: readOnly(settings.memory)}
    await this.sessionWith(own, flags, ({iq}) => unregister(iq), {forget: true})
    await this.text(renderUnregistered(jid.bare))
    const left = await deleteLocalData(settings)
    if (left) this.failWith(left)
    return {jid: jid.bare, ...(left && {error: left})}
  }
}
