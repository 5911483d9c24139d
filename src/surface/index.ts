/** The face of the surface: who may ask, what could answer, and at which addresses; everything else of it is its own. */
export { addressesOf, addressesOn, containerAddresses, hostAddresses, ofFamily } from './addresses.js';
export { askedAt, hostAskedAt } from './asked-at.js';
export { allDoors, hostDoors, listenersBehind, type Door } from './doors.js';
export { findServices } from './find-services.js';
export { hostServices, outwardListeners, publishedServices } from './listeners.js';
export { findOutsiders, tellOutsider, uplinks, type Outsider } from './outsiders.js';
export { containerSenders } from './senders.js';
export { boundTo, doorPort, familiesOf, ownPort } from './service.js';
export type { ContainerService, HostService, PublishedService, RuleDoor, Service } from './service.js';
