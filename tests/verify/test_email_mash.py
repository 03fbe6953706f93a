"""Keys hit at random are told from names."""

import pytest

from leadlight.verify.mash import is_mash

MASH = """asdf ASDF asdfgh qwerty qwertz qweqwe asdasd sdfsdf dfgdfg fdsafdsa lkjlkj zxcvbn aaaaa xxxx sdkjfh hjkhjk
ghfjdk jfkdls asd qwe zxc"""

NAMES = """Krzysztof Brzęczyszczykiewicz Schwarzschmidt Pszczółka Nguyen Ng Xu Hrvoje Vlk Smrž Strč Doherty Liberty Wertheim
Trewin Azer Wojciechowski Bhattacharyya Mkhitaryan Szczęsny Hjalmar Sverrir Þórdís Ødegård Knightsbridge Angstschweiß Jojo Coco
Lulu Zsazsa Berber Mbappé Nkrumah Wright Lynch Rhys Llwyd Cwm Qvortrup Siegfried Radford Xiuying Phuong Tchaikovsky Dvořák
Иван 田中 이준 محمد Ελένη HSBC KPMG BMW ASD IBM"""


@pytest.mark.parametrize("text", MASH.split())
def test_mash(text):
    """asdf, qweqwe, sdkjfh, aaaaa."""
    assert is_mash(text)
    assert is_mash(text.lower() + " " + text.lower())


@pytest.mark.parametrize("text", NAMES.split())
def test_a_name_is_no_mash_however_many_consonants_it_has(text):
    """Krzysztof, Szczęsny, Nkrumah, Doherty."""
    assert not is_mash(text)


@pytest.mark.parametrize(
    "text", ["", " ", "12345", "a" * 100_000, "\ud800" * 10, "\x00\u202e", "é" * 400]
)
def test_anything_may_be_asked(text):
    """Nothing, digits, half a surrogate, a hundred thousand letters: yes or no."""
    assert is_mash(text) in {True, False}
