"""First names that mean the same person. Each line: a name, then what its bearers are called too."""

from __future__ import annotations

_GROUPS = """
alexander alex al sandy xander|alexandra alex sandra sandy lexi|amanda mandy|andrew andy drew|angela angie
anthony tony|antonio tony|barbara barb barbie babs|benjamin ben benny|bernard bernie|beverly bev|bradley brad
catherine cathy kate katie cat kitty|katherine kathy kate katie kat kitty|kathleen kathy kate|charles charlie chuck
christina chris tina christy|christine chris tina christy|christopher chris kit topher|cynthia cindy
daniel dan danny|david dave davey|deborah deb debbie debra|dennis denny|donald don donnie|dorothy dot dottie dolly
douglas doug|edward ed eddie ted ned teddy|eleanor ellie nell nora
elizabeth liz lizzie beth betty eliza libby betsy bess lisa|eugene gene|evelyn evie|florence flo
frances fran francie|francis frank fran|franklin frank|frederick fred freddie|gabriel gabe|gabrielle gabby
gerald gerry jerry|gregory greg|harold harry hal|helen nell ellie|henry hank harry|herbert herb|isabella bella izzy
jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan|jeffrey jeff|jennifer jen jenny|jessica jess jessie
john jack johnny jon|jonathan jon john johnny|joseph joe joey|joshua josh|judith judy|julia julie|kenneth ken kenny
kimberly kim|lawrence larry|leonard len leo lenny|lillian lily lil|louis lou louie|lucille lucy
margaret maggie meg peggy marge margie greta rita|maria mary|martha marty|martin marty|mary molly polly mamie
matthew matt|maximilian max|megan meg|michael mike mick mickey|michelle shelly|mildred millie|mitchell mitch
natalie nat|nathan nate nat|nathaniel nate nat nathan|nicholas nick nicky|nicole nicky|norman norm|pamela pam
patricia pat patty trish tricia|patrick pat paddy|peter pete|philip phil|phillip phil|priscilla cilla|rachel rae
raymond ray|rebecca becky becca|reginald reggie|richard rick dick rich ricky richie|robert bob rob bobby robbie bert
roberta bobbie|roger rog|ronald ron ronnie|rosemary rose rosie|russell russ|ryan ry|samantha sam|samuel sam sammy
sarah sally sadie|stanley stan|stephanie steph|stephen steve stevie|steven steve|susan sue susie suzy
suzanne sue suzy|sylvia syl|terence terry|theodore ted teddy theo|theresa terry tess tessa|teresa terry tess tessa
thomas tom tommy|timothy tim timmy|valerie val|victor vic|victoria vicky tori|vincent vince vinny|virginia ginny
walter walt wally|wayne|wendy|wilfred will|william bill will billy willie liam|zachary zach zack
"""

_BEARERS: dict[str, set[int]] = {}
for _number, _group in enumerate(_GROUPS.strip().replace("\n", "|").split("|")):
    for _name in _group.split():
        _BEARERS.setdefault(_name, set()).add(_number)


def mean_the_same(one: str, other: str) -> bool:
    """Whether one first name is a short or familiar form of the other; both folded."""
    return not _BEARERS.get(one, _NOBODY).isdisjoint(_BEARERS.get(other, _NOBODY))


_NOBODY: set[int] = set()
