/** Stands for the address of a machine beyond an uplink, which no device of the snapshot has. */
export const OUTSIDE_MAC = '02:00:00:00:00:fe';
/** Stands for the address of a machine on a link of the host's that no listing shows. */
export const UNLISTED_MAC = '02:00:00:00:00:fd';
