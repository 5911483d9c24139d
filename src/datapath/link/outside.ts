/** Stands for the address of a machine beyond an uplink, which no device of the snapshot has. */
export const OUTSIDE_MAC = '02:00:00:00:00:fe';
