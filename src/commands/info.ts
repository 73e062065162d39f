import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {isBareUser} from '../jid.ts'
import {renderClientHint, renderInfos, renderNotOnline} from '../output/info.ts'
import {type EntityInfo, getEntityInfo} from '../services/info/entity-info.ts'
import {ALL, infoOfClients, targetOf} from '../services/info/resource.ts'

type InfoResult = EntityInfo & {clients: EntityInfo[]}

export default class Info extends XmppCommand {
  static override summary = 'Show what an address publishes about itself'
  static override description =
    unwrap`Shows identities, features, forms and items (XEP-0030, XEP-0128), the software version (XEP-0092), the time and its
difference from the clock of this computer (XEP-0202), and the last activity (XEP-0012). All are requested at once. The
exit code is 0 if the address answers the request for its features; refused requests are listed as errors.

The server answers for the bare JID of a user. Use --resource to ask a client of the user, or every client that is
online and shows its presence to this account.`
  static override args = {
    jid: Args.string({
      description: 'server, service, user or client; default: the server of this account',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    resource: Flags.string({
      summary: 'ask the client with this resource; "all" asks every client that is online',
      helpValue: 'NAME',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com --json',
    '<%= config.bin %> <%= command.id %> juliet@example.com --resource all',
  ]

  async run(): Promise<InfoResult> {
    const {args, flags} = await this.parse(Info)
    const target = targetOf(args.jid, flags.resource)
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const result = await this.sessionWith(settings, flags, async ({iq, stanzas}) => {
      const own = settings.jid.bare === jid
      const clients = flags.resource === ALL ? infoOfClients(stanzas, jid, own) : []
      const [info, infos] = await Promise.all([getEntityInfo(iq, jid), clients])
      return {...info, clients: infos}
    })
    await this.text(await renderInfos([result, ...result.clients], this.terminal()))
    if (isBareUser(jid) && flags.resource === undefined) this.warning(renderClientHint(jid))
    if (flags.resource === ALL && result.clients.length === 0) this.warning(renderNotOnline(jid))
    return result
  }
}
