"""What somebody needs at the moment when a report is completed, or when one did not arrive, in steps."""

COMPLETING = (
    "“Complete …” says what the report still lacks. When nothing is missing you see the paper, and the name, "
    "role and address of each person who receives it. Tick each when it is right: these people, and nobody "
    "else. Usually they are the headteacher, the chair of governors and the Head of School Support & "
    "Challenge; your authority's policy names the roles.",
    "“Queue for sending” completes it: the words and the PDF become a version that never changes, and one "
    "message to all of them waits in the Outbox. They see one another's addresses.",
    "It leaves when you press “Send now” in the Outbox, or by itself where you chose that in Settings, Mail. "
    "If somebody else has taken one of the roles by then, that person's line is held until you decide.",
    "Each person has a line of their own. “Accepted by the mail server” is the most that any program can "
    "know: the server took it at that time. A refusal for one person holds up none of the others.",
    "Is there a mistake? “Correct this report …” asks for the reason and makes the next version, for the "
    "same roles. What still waits of the version before is not sent; what was sent cannot be called back, so "
    "its readers are told that the new one takes its place.",
    "Papers are kept for as long as your authority's policy says; without one, six years for the report and "
    "its notes, and one year for the e-mail as it was sent. Nothing goes by itself: “Papers past their "
    "years” lists it, and you remove it, with every copy that can be reached.",
)

NOT_ARRIVED = (
    "Open the Outbox, find the report and look at that person's line: the state, the time, and whether the "
    "address is the right one, letter by letter.",
    "“Waiting to send” or “Held”: it has not left. Press “Send now”, or “Release”. “Address refused”: press "
    "“Correct the address …”. “Written out, for you to send”: the file waits for you in your folder or your "
    "mail program.",
    "“Accepted by the mail server”: it left this computer at that time, and what happened after is not known "
    "here. Look in your own mailbox for a message that says it could not be delivered. Ask the reader to "
    "look in junk and quarantine, and to search for the school's name.",
    "Still nothing? Press “For the mail administrator” below the report: the Message-ID, with the time and "
    "what the server said (“In its own words”), lets whoever looks after the mail system find it.",
    "“Could not confirm”: the line broke before the server answered, and the people may have it or not. Ask "
    "them. Then press “It arrived”, “Send again (may arrive twice)” or “Leave it”. Nothing of it is ever "
    "sent again by itself.",
    "What was accepted is not sent a second time. Does somebody need it again? Press “Save the PDF …” and "
    "send it yourself, to an address that you have checked by telephone.",
    "Did it go to a wrong person? Ask them to delete it, tell your local authority the same day, and put the "
    "address right under People on the school's page. Whether it is a breach that must be reported within 72 "
    "hours (UK GDPR, article 33) is for the authority to say.",
)
