/** What this room is entered by: everything that others ask of it. */
export { parseRouteText, UNSHOWN_HOP } from './ip-route-text.js';
export { parseRuleListing } from './ip-rule-text.js';
export { parseIpsetSave } from './ipset-save.js';
export { ADDRESS_FLAGS, DEFAULT_PORT } from './link-fields.js';
export { parseDestination, routeText } from './route-fields.js';
export { parseMac } from './source.js';
