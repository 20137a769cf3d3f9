// What real servers are told, and what a resolver must therefore say.

/** Records of the zone `origin`, without its SOA: the text is that of a zone file (RFC 1035 section 5). */
const records = `
@             NS     ns1
@             NS     ns2
@             MX     20 mail2
@             MX     10 mail1
@             TXT    "one" " and two" "; three"
ns1           A      192.0.2.53
ns2           AAAA   2001:db8::53
www           A      192.0.2.1
www           A      192.0.2.2
www           AAAA   2001:db8::1
alias         CNAME  middle
middle        CNAME  www
only4         A      192.0.2.4
only6         AAAA   2001:db8::6
_sip._tcp     SRV    20 0 5061 only6
_sip._tcp     SRV    10 5 5060 only4
*.wild        A      192.0.2.9
`;

/** So many texts of 200 bytes: more than goes into a packet. */
export const BIG = 20;

const big = Array.from({ length: BIG }, (_, i) => `big TXT "${String(i).padEnd(200, "x")}"`).join("\n");

const head = (origin: string) => `$ORIGIN ${origin}
$TTL 60
@ SOA ns1 root 1 3600 600 86400 60
`;

/** The zone file of a zone of this name. */
export function zoneFile(origin: string): string {
  return `${head(origin)}${records}${big}\n`;
}

/** The zone in which 192.0.2.0/24 and 2001:db8::/32 have names, those of a zone of this name. */
export const reverseZones = {
  "2.0.192.in-addr.arpa.": (origin: string) =>
    `${head("2.0.192.in-addr.arpa.")}@ NS ns1.${origin}\n1 PTR www.${origin}\n1 PTR web.${origin}\n`,
  "8.b.d.0.1.0.0.2.ip6.arpa.": (origin: string) =>
    `${head("8.b.d.0.1.0.0.2.ip6.arpa.")}@ NS ns1.${origin}\n1.${"0.".repeat(22)}0 PTR www.${origin}\n`,
};
