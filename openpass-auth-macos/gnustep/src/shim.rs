//! The parts of an Objective-C runtime that objc2 needs and GCC's libobjc does not
//! have: the entry points of ARC, as plain messages, and `object_getClass`.

use std::{
    collections::HashMap,
    ffi::{CStr, CString, c_char, c_void},
    mem,
    sync::Mutex,
};

use objc2::{
    ffi::{objc_getClass, objc_msg_lookup, sel_registerName},
    runtime::{AnyClass, AnyObject, Sel},
};

#[link(name = "BlocksRuntime", kind = "dylib")]
unsafe extern "C" {}

unsafe extern "C" {
    // GCC's name for a class that a library holds.
    static __objc_class_name_NSString: u8;
}

/// Keeps the linker from dropping GNUstep, whose classes are found by name.
pub fn keep() -> usize {
    &raw const __objc_class_name_NSString as usize
}

type Method = unsafe extern "C-unwind" fn(*mut AnyObject, Sel) -> *mut AnyObject;

/// Sends `selector`, which takes no argument and returns an object or nothing.
///
/// # Safety
///
/// `object` is nil or an object that understands such a selector.
unsafe fn send(object: *mut AnyObject, selector: &CStr) -> *mut AnyObject {
    if object.is_null() {
        return object;
    }
    // SAFETY: the caller upholds that the method is there and of this shape.
    unsafe {
        let selector = sel_registerName(selector.as_ptr()).expect("a selector");
        let method = objc_msg_lookup(object, selector).expect("a method");
        let method: Method = mem::transmute(method);
        method(object, selector)
    }
}

/// Defines entry points that come to messages, sent one after the other.
macro_rules! entry_points {
    ($($name:ident: $($message:literal),+;)+) => { $(
        // SAFETY: libobjc has no symbol of this name; the messages are those
        // of NSObject, which every object here descends from.
        #[unsafe(no_mangle)]
        unsafe extern "C-unwind" fn $name(mut object: *mut AnyObject) -> *mut AnyObject {
            $( object = unsafe { send(object, $message) }; )+
            object
        }
    )+ };
}

entry_points! {
    objc_retain: c"retain";
    objc_autorelease: c"autorelease";
    objc_autoreleaseReturnValue: c"autorelease";
    objc_retainAutorelease: c"retain", c"autorelease";
    objc_retainAutoreleasedReturnValue: c"retain";
}

// SAFETY: as above.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn objc_release(object: *mut AnyObject) {
    // SAFETY: the caller owns one reference.
    unsafe { send(object, c"release") };
}

// SAFETY: as above.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn objc_autoreleasePoolPush() -> *mut c_void {
    // SAFETY: a class that GNUstep has; `alloc` and `init` make a pool.
    unsafe {
        let class = objc_getClass(c"NSAutoreleasePool".as_ptr()) as *mut AnyObject;
        assert!(!class.is_null(), "GNUstep is not linked");
        send(send(class, c"alloc"), c"init").cast()
    }
}

// SAFETY: as above.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn objc_autoreleasePoolPop(pool: *mut c_void) {
    // SAFETY: a pool of the function above; releasing one empties it.
    unsafe { send(pool.cast(), c"release") };
}

// SAFETY: an inline function in GCC's header, so libobjc has no such symbol.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn object_getClass(object: *const AnyObject) -> *const AnyClass {
    if object.is_null() {
        return std::ptr::null();
    }
    // SAFETY: an object begins with a pointer to its class.
    unsafe { *object.cast() }
}

/// The beginning of GCC's `struct objc_method`.
#[repr(C)]
struct GccMethod {
    name: *const c_void,
    types: *const c_char,
}

/// GCC writes `const void *` as `^rv`, objc2 checks for `^v`. Leaves the `r`
/// out, so that the check of all the other types stays on.
// SAFETY: libobjc has this symbol too; the program's own comes first.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn method_getTypeEncoding(method: *const GccMethod) -> *const c_char {
    static WITHOUT: Mutex<Option<HashMap<CString, CString>>> = Mutex::new(None);
    // SAFETY: objc2 passes a method of the runtime, or nil.
    let Some(types) = (unsafe { method.as_ref() }).map(|method| method.types) else {
        return std::ptr::null();
    };
    if types.is_null() {
        return types;
    }
    // SAFETY: the runtime's own text, which lives as long as the class.
    let text = unsafe { CStr::from_ptr(types) };
    if !text.to_bytes().windows(2).any(|pair| pair == b"^r") {
        return types;
    }
    let plain = text.to_str().expect("ASCII").replace("^r", "^");
    let mut without = WITHOUT.lock().expect("not poisoned");
    // Never removed: the text that a CString holds does not move.
    without
        .get_or_insert_default()
        .entry(text.to_owned())
        .or_insert_with(|| CString::new(plain).expect("no NUL"))
        .as_ptr()
}
