#!/usr/bin/env node
require('../dist/xmpp.cjs').main(process.argv.slice(2), require('node:path').dirname(__dirname))
