"""Which addresses are public, and which spellings of a host are accepted."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from widgets_manager.egress.addresses import is_public
from widgets_manager.egress.client import fetch
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.egress.urls import parse_target

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "168.63.129.15",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2003::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
    "2606:4700::5efe:808:808",
]

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # Alibaba's metadata
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # Azure's host agent
    "169.254.169.254",  # metadata of AWS, Azure, Google and others
    "169.254.170.2",  # credentials of AWS containers
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # Oracle's metadata
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",  # Teredo
    "2001:0:53aa:64c:0:fbff:5601:101",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 around 127.0.0.1
    "2002:808:808::1",
    "2606:4700::5efe:7f00:1",  # ISATAP around 127.0.0.1
    "2606:4700::200:5efe:a00:1",
    "2620:4f:8000::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # AWS metadata
    "fd20:ce::254",  # Google metadata
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


def test_it_works() -> None:
    assert is_public(ip_address("1.1.1.1"))
    assert not is_public(ip_address("127.0.0.1"))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_with_such_an_address_is_not_fetched(address: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch("https://inside.example/", resolve=lambda *_: ["1.1.1.1", address])
    assert caught.value.reason == Reason.BLOCKED


@pytest.mark.parametrize("address", [address for address in NOT_PUBLIC if "%" not in address])
def test_the_address_itself_is_not_fetched(address: str) -> None:
    def resolve(host: str, port: int, seconds: float) -> list[str]:
        raise AssertionError("an address needs no resolver")

    with pytest.raises(FetchError) as caught:
        fetch(f"https://[{address}]/" if ":" in address else f"https://{address}/", resolve=resolve)
    assert caught.value.reason == Reason.BLOCKED


@pytest.mark.parametrize(
    "url",
    [
        "",
        "widgets.example",
        "//widgets.example/",
        "ftp://widgets.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@widgets.example/",
        "https://user:secret@widgets.example/",
        "https://@widgets.example/",
        "https://widgets.example@127.0.0.1/",
        "https://widgets.example\\@127.0.0.1/",
        "https://widgets.example:0/",
        "https://widgets.example:65536/",
        "https://widgets.example:80a/",
        "https://widgets.example /",
        " https://widgets.example/",
        "https://widgets.example/\r\nX: y",
        "https://wid\tgets.example/",
        "https://widgets.example/" + "a" * 2048,
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.01/",
        "https://127.0.0.0x1/",
        "https://256.0.0.1/",
        "https://1.2.3.4.5/",
        "https://127。1/",
        "https://%31%32%37.0.0.1/",
        "https://wid%67ets.example/",
        "https://[::1/",
        "https://[::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[widgets.example]/",
        "https://[v1.x]/",
        "https://-widgets.example/",
        "https://widgets..example/",
        "https://.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://wid*gets.example/",
        "https://xn--\u200d.example/",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse_target(url)
    assert caught.value.reason == Reason.URL


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Widgets.Example", "https://widgets.example/"),
        ("https://widgets.example.:443/a?b=c#d", "https://widgets.example/a?b=c"),
        ("http://widgets.example:8080?q", "http://widgets.example:8080/?q"),
        ("https://bücher.example/ü?q=ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC"),
        ("https://my_host.example/a%2Fb", "https://my_host.example/a%2Fb"),
        ("https://127.0.0.1/", "https://127.0.0.1/"),
        ("https://127.0.0.1./", "https://127.0.0.1/"),
        ("https://①②⑦.⓪.⓪.①/", "https://127.0.0.1/"),
        ("https://127。0。0。1/", "https://127.0.0.1/"),
        ("https://[0:0:0:0:0:0:0:1]:8443/", "https://[::1]:8443/"),
        ("https://[::FFFF:7F00:1]/", "https://[::ffff:7f00:1]/"),
        ("https://1e100.example/", "https://1e100.example/"),
    ],
)
def test_other_spellings_become_the_normal_one(url: str, normal: str) -> None:
    assert parse_target(url).url == normal


@pytest.mark.parametrize(
    "url", ["https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127.0.0.1./", "https://[::FFFF:7F00:1]/"]
)
def test_a_private_address_in_disguise_is_recognised(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(url)
    assert caught.value.reason == Reason.BLOCKED


@pytest.mark.parametrize(
    ("allowed", "url", "named"),
    [
        ("127.0.0.1", "http://127.0.0.1:9/", True),
        ("127.0.0.1:9", "http://127.0.0.1:9/", True),
        ("127.0.0.1:9", "http://127.0.0.1:99/", False),
        ("127.0.0.1:80", "http://127.0.0.1/", True),
        ("LocalHost", "http://localhost.:9/", True),
        ("::1", "http://[::1]:9/", True),
        ("[::1]:9", "http://[::1]:9/", True),
        ("example", "http://widgets.example/", False),
        ("", "http://widgets.example/", False),
    ],
)
def test_hosts_are_let_through_by_name(allowed: str, url: str, named: bool) -> None:
    assert parse_target(url).is_named_in([allowed]) is named
