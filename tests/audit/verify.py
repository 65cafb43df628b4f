#!/usr/bin/env python3
"""Checks an export of Swift's audit log: verify.py EXPORT [--key KEY_ID] [--anchors FILE]. Written from docs/audit.md alone."""
import argparse, base64, hashlib, json, sys

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")  # what precedes x and y

def check(holds, what):
    if not holds:
        sys.exit("REJECTED: " + what)

def sha(data):
    return hashlib.sha256(data).digest()

def node(left, right):
    return sha(b"\x01" + left + right)

def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P

def times(k, point):
    total = None
    while k:
        total, point, k = (add(total, point) if k & 1 else total), add(point, point), k >> 1
    return total

def signed(head, key):
    text = f"swift-tree-head.v1\n{head['tree_size']}\n{head['root_hash']}\n{head['timestamp']}\n".encode()
    signature = base64.b64decode(head["signature"], validate=True)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    point = add(times(int.from_bytes(sha(text), "big") * w % N, G), times(r * w % N, key))
    return point is not None and point[0] % N == r

def climb(index, last, hashes, path):
    """Up from a place to the root. Of two hashes, the first is of the older tree, which nothing to the right belongs to."""
    for other in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hashes = [node(other, value) for value in hashes]
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashes = hashes[:-1] + [node(hashes[-1], other)]
        index, last = index >> 1, last >> 1
    return hashes if last == 0 else None

def consistent(old, new, old_root, new_root, path):
    if old == new:
        return not path and old_root == new_root
    path = [old_root] + path if old & (old - 1) == 0 else path
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    return len(path) > 0 and climb(index, last, [path[0], path[0]], path[1:]) == [old_root, new_root]

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("export"), options.add_argument("--key"), options.add_argument("--anchors")
options = options.parse_args()
lines = [json.loads(line) for line in open(options.export, encoding="utf-8")]
first, head = lines[0], lines[0]["head"]
check(first["kind"] == "head" and first["format"] == "swift-audit-export.v1", "this is no export of version 1")
der = base64.b64decode(first["public_key"])
check(hashlib.sha256(der).hexdigest() == head["key_id"] == (options.key or head["key_id"]), "the key is another one")
key = (int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big"))
check(der.startswith(SPKI) and len(der) == 91 and (key[1] ** 2 - key[0] ** 3 + 3 * key[0] - B) % P == 0, "the key is not on P-256")
check(signed(head, key), "the head is not signed with the key")
size, root = head["tree_size"], bytes.fromhex(head["root_hash"])
anchors = {a["tree_size"]: a for a in map(json.loads, open(options.anchors))} if options.anchors else {}
seen, versions = [], []
for number, line in enumerate(lines[1:], 2):
    path = [bytes.fromhex(value) for value in line["proof"]]
    if line["kind"] == "consistency":
        old = line["from"]
        check(consistent(old, size, bytes.fromhex(line["from_root"]), root, path), f"line {number}: the log does not go on from {old} events")
        check(old not in anchors or (signed(anchors[old], key) and anchors[old]["root_hash"] == line["from_root"]), f"line {number}: not what was anchored")
    else:
        leaf = sha(b"\x00" + line["leaf"].encode("utf-8"))
        check(climb(line["index"], size - 1, [leaf], path) == [root], f"line {number}: event {line['index']} is not in the log")
        seen.append(line["index"])
        versions.append(json.loads(line["leaf"])["version"])
whole = versions == list(range(1, len(versions) + 1)) if first["stream"] else seen == list(range(size))
check(whole, "events are missing")
print(f"ACCEPTED: {len(seen)} of {size} events, head of {head['timestamp']}, key {head['key_id']}")
