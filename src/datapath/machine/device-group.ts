/** A group's number; names other than `default` are of the host's own /etc/iproute2/group, which no listing shows. */
function numberOf(group: string): number | undefined {
  if (group === 'default') return 0;
  return /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(group) ? Number(group) : undefined;
}

/**
 * Whether a device is in a group.
 * @param listed its group as `ip link` prints it; absent where the listing did not show it.
 * @param wanted a number, or a name of the same host's.
 * @returns undefined where that cannot be told: no listing, or a number against a name.
 */
export function inDeviceGroup(listed: string | undefined, wanted: string, mask = 0xffffffff): boolean | undefined {
  if (listed === undefined) return undefined;
  const [own, other] = [numberOf(listed), numberOf(wanted)];
  if (own !== undefined && other !== undefined) return ((own ^ other) & mask) === 0;
  if (listed === wanted) return true;
  return own === undefined && other === undefined && mask === 0xffffffff ? false : undefined;
}
